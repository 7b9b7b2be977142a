with

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_months') }}

),

first_paid as (

    select
        knowledge_id,
        account_id,
        min(month) as first_paid_month
    from product_mrr
    where mrr > 0
    group by knowledge_id, account_id

),

-- Every month from the first paid one on, also those in which nothing is paid.
spine as (

    select
        first_paid.knowledge_id,
        first_paid.account_id,
        first_paid.first_paid_month,
        months.month,
        months.month_end,
        months.fiscal_year
    from first_paid
    inner join knowledge on first_paid.knowledge_id = knowledge.knowledge_id
    inner join months on months.month between first_paid.first_paid_month and knowledge.last_month

),

balances as (

    select
        knowledge_id,
        account_id,
        month,
        sum(mrr) as mrr,
        sum(mrr_next_year) as mrr_next_year,
        max(case when is_in_force then 1 else 0 end) = 1 as is_in_force,
        max(case when is_paused then 1 else 0 end) = 1 as is_paused,
        max(case when is_in_force then tier_rank end) as tier_rank
    from product_mrr
    group by knowledge_id, account_id, month

)

select
    spine.knowledge_id,
    spine.account_id,
    spine.month,
    spine.month_end,
    spine.fiscal_year,
    spine.first_paid_month,
    balances.tier_rank,
    cast(coalesce(balances.mrr, 0) as decimal(18, 2)) as mrr,
    cast(coalesce(balances.mrr_next_year, 0) as decimal(18, 2)) as mrr_next_year,
    coalesce(balances.is_in_force, false) as is_in_force,
    coalesce(balances.is_paused, false) as is_paused
from spine
left join balances
    on
        spine.knowledge_id = balances.knowledge_id
        and spine.account_id = balances.account_id
        and spine.month = balances.month
