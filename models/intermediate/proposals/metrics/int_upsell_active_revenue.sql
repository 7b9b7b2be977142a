with

wins as (

    select * from {{ ref('int_upsell_wins') }}
    where was_paying

),

months as (

    select * from {{ ref('int_months') }}

),

product_mrr as (

    select * from {{ ref('int_product_mrr') }}
    where knowledge_id = 'restated'

),

products as (

    select * from {{ ref('int_products') }}

),

-- What a product gained since its fiscal year began, at every later month-end of the year.
gained as (

    select
        wins.account_id,
        wins.product_id,
        months.month,
        sum(wins.win_mrr) as gained_mrr
    from wins
    inner join months on wins.fiscal_year = months.fiscal_year and wins.month <= months.month
    group by wins.account_id, wins.product_id, months.month

),

-- A gain is active no longer than the product, and never worth more than it.
active as (

    select
        gained.account_id,
        gained.product_id,
        gained.month,
        cast(least(gained.gained_mrr, coalesce(product_mrr.mrr, 0)) as decimal(18, 2)) as active_mrr
    from gained
    left join product_mrr
        on
            gained.account_id = product_mrr.account_id
            and gained.product_id = product_mrr.product_id
            and gained.month = product_mrr.month

)

select
    active.account_id,
    active.product_id,
    active.month,
    active.active_mrr,
    cast(round(cast(active.active_mrr as decimal(28, 2)) * products.gross_margin_rate, 2) as decimal(18, 2))
        as active_margin
from active
left join products on active.product_id = products.product_id
