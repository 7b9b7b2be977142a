with

change_drivers as (

    select * from {{ ref('int_delta_drivers') }}

),

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

month_ends as (

    select * from {{ ref('int_month_ends') }}
    where opens_rate_period and not is_closing

),

seats as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        'seats' as driver,
        seats_amount as amount,
        seats_at_next_rate as amount_at_next_rate,
        seats_at_later_rate as amount_at_later_rate,
        agreed_on
    from change_drivers

),

rests as (

    select
        knowledge_id,
        account_id,
        shown_product_id as product_id,
        month,
        driver,
        rest_amount as amount,
        rest_at_next_rate as amount_at_next_rate,
        rest_at_later_rate as amount_at_later_rate,
        agreed_on
    from change_drivers

),

-- Nobody agrees on a rate of exchange, and what is valued at one rate is not revalued.
revaluations as (

    select
        product_mrr.knowledge_id,
        product_mrr.account_id,
        product_mrr.product_id,
        month_ends.month,
        'fx' as driver,
        product_mrr.mrr_at_next_rate - product_mrr.mrr as amount,
        0 as amount_at_next_rate,
        0 as amount_at_later_rate,
        cast(null as date) as agreed_on
    from product_mrr
    inner join month_ends
        on product_mrr.knowledge_id = month_ends.knowledge_id and product_mrr.month = month_ends.balance_month

),

parts as (

    select * from seats
    union all
    select * from rests
    union all
    select * from revaluations

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    driver,
    cast(amount as decimal(19, 3)) as amount,
    cast(amount_at_next_rate as decimal(19, 3)) as amount_at_next_rate,
    cast(amount_at_later_rate as decimal(19, 3)) as amount_at_later_rate,
    agreed_on
from parts
where amount <> 0 or amount_at_next_rate <> 0 or amount_at_later_rate <> 0
