with

commitments as (

    select * from {{ ref('int_committed_lines') }}

),

replaced as (

    select * from {{ ref('int_replaced_commitments') }}

),

kept as (

    select
        commitments.*,
        commitments.is_in_force and not commitments.is_under_notice and replaced.version_id is null as is_kept
    from commitments
    left join replaced
        on
            commitments.knowledge_id = replaced.knowledge_id
            and commitments.month = replaced.month
            and commitments.version_id = replaced.version_id

),

-- Under `latest_signed_wins` the line signed last will stand alone for its product.
counted as (

    select
        *,
        is_kept{% if setting('overlap_policy') == 'latest_signed_wins' %} and row_number() over (
            partition by knowledge_id, month, account_id, product_id, is_kept
            order by signed_on desc nulls last, starts_on desc, contract_line_id desc
        ) = 1{% endif %} as is_committed
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
        sum(case when is_committed then amount else 0 end) as cmrr
    from counted
    group by knowledge_id, account_id, product_id, month

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    cast(mrr as decimal(18, 2)) as mrr,
    cast(cmrr - mrr + pending_churn_mrr as decimal(18, 2)) as signed_mrr,
    cast(pending_churn_mrr as decimal(18, 2)) as pending_churn_mrr,
    cast(cmrr as decimal(18, 2)) as cmrr
from summed
