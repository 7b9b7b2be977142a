with

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

periods as (

    select * from {{ ref('int_rate_periods') }}

),

transfers as (

    select * from {{ ref('int_line_transfers') }}

),

paid as (

    select
        knowledge_id,
        account_id,
        month
    from product_mrr
    where mrr > 0
    union all
    select
        knowledge_id,
        account_id,
        month
    from transfers
    where account_id <> from_account_id

),

-- Who takes over a line that paid has its first month then, also where the line rests.
first_paid as (

    select
        knowledge_id,
        account_id,
        min(month) as first_paid_month
    from paid
    group by knowledge_id, account_id

),

-- Every month from the first paid one on, also those in which nothing is paid.
spine as (

    select
        first_paid.knowledge_id,
        first_paid.account_id,
        first_paid.first_paid_month,
        periods.month,
        {{ month_end('periods.month') }} as month_end,
        {{ fiscal_year('periods.month') }} as fiscal_year,
        periods.rate_period,
        periods.opens_rate_period
    from first_paid
    inner join knowledge on first_paid.knowledge_id = knowledge.knowledge_id
    inner join periods on periods.month between first_paid.first_paid_month and knowledge.last_month

),

balances as (

    select
        knowledge_id,
        account_id,
        month,
        sum(mrr) as mrr,
        sum(mrr_at_next_rate) as mrr_at_next_rate,
        sum(mrr_at_later_rate) as mrr_at_later_rate,
        max(case when is_in_force then 1 else 0 end) = 1 as is_in_force,
        max(case when is_paused then 1 else 0 end) = 1 as is_paused,
        min(unpaid_from) as unpaid_from,
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
    spine.rate_period,
    spine.opens_rate_period,
    spine.first_paid_month,
    balances.tier_rank,
    cast(coalesce(balances.mrr, 0) as decimal(19, 3)) as mrr,
    cast(coalesce(balances.mrr_at_next_rate, 0) as decimal(19, 3)) as mrr_at_next_rate,
    cast(coalesce(balances.mrr_at_later_rate, 0) as decimal(19, 3)) as mrr_at_later_rate,
    coalesce(balances.is_in_force, false) as is_in_force,
    coalesce(balances.is_paused, false) as is_paused,
    balances.unpaid_from
from spine
left join balances
    on
        spine.knowledge_id = balances.knowledge_id
        and spine.account_id = balances.account_id
        and spine.month = balances.month
