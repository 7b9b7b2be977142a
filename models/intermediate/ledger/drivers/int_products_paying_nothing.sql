with

product_mrr as (

    select * from {{ ref('int_product_mrr') }}
    where is_in_force

),

month_ends as (

    select * from {{ ref('int_month_ends') }}
    where not is_closing

),

-- Months in force without a break between them share the difference of calendar and count.
spells as (

    select
        *,
        {{ months_between(earliest_day(), 'month') }} - row_number() over (
            partition by knowledge_id, account_id, product_id order by month
        ) as spell
    from product_mrr

),

paid as (

    select
        *,
        max(mrr) over (
            partition by knowledge_id, account_id, product_id, spell
            order by month rows unbounded preceding
        ) as highest_mrr
    from spells

)

select
    paid.knowledge_id,
    paid.account_id,
    paid.product_id,
    month_ends.month
from paid
inner join month_ends
    on paid.knowledge_id = month_ends.knowledge_id and paid.month = month_ends.balance_month
where paid.mrr = 0 and paid.highest_mrr > 0
