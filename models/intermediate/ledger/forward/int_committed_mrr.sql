with

commitments as (

    select * from {{ ref('int_committed_lines') }}

),

stays as (

    select * from {{ ref('int_kept_commitments') }}

),

last_steps as (

    select * from {{ ref('int_last_step_amounts') }}

),

kept as (

    select
        commitments.*,
        coalesce(last_steps.amount, commitments.amount) as last_amount,
        stays.version_id is not null as is_kept
    from commitments
    left join stays
        on
            commitments.knowledge_id = stays.knowledge_id
            and commitments.month = stays.month
            and commitments.version_id = stays.version_id
    left join last_steps
        on
            commitments.knowledge_id = last_steps.knowledge_id
            and commitments.month = last_steps.month
            and commitments.version_id = last_steps.version_id

),

-- Under `latest_signed_wins` the line signed last will stand alone for its product.
counted as (

    select
        *,
        {{ is_committed() }} as is_committed
    from kept

),

summed as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        sum(case when is_held then amount else 0 end) as mrr,
        sum(case when is_held and is_under_notice then amount else 0 end) as pending_churn_mrr,
        sum(case when is_committed then last_amount else 0 end) as cmrr
    from counted
    group by knowledge_id, account_id, product_id, month

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    cast(mrr as decimal(19, 3)) as mrr,
    cast(cmrr - mrr + pending_churn_mrr as decimal(19, 3)) as signed_mrr,
    cast(pending_churn_mrr as decimal(19, 3)) as pending_churn_mrr,
    cast(cmrr as decimal(19, 3)) as cmrr
from summed
