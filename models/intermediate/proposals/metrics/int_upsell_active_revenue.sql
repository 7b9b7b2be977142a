with

links as (

    select distinct
        knowledge_id,
        account_id,
        product_id,
        month,
        sales_motion
    from {{ ref('int_proposal_links') }}

),

wins as (

    select
        wins.*,
        case when links.account_id is not null then wins.win_mrr else 0 end as linked_mrr
    from {{ ref('int_upsell_wins') }} as wins
    left join links
        on
            wins.knowledge_id = links.knowledge_id
            and wins.account_id = links.account_id
            and wins.product_id = links.product_id
            and wins.month = links.month
            and wins.sales_motion = links.sales_motion
    where wins.was_paying

),

months as (

    select
        knowledge.knowledge_id,
        months.month,
        months.fiscal_year
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_knowledge') }} as knowledge on months.month <= knowledge.last_month

),

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

products as (

    select * from {{ ref('int_products') }}

),

-- What a product gained since its fiscal year began, at every later month-end of the year.
gained as (

    select
        wins.knowledge_id,
        wins.account_id,
        wins.product_id,
        months.month,
        sum(wins.win_mrr) as gained_mrr,
        sum(wins.linked_mrr) as linked_mrr
    from wins
    inner join months
        on
            wins.knowledge_id = months.knowledge_id
            and wins.fiscal_year = months.fiscal_year
            and wins.month <= months.month
    group by wins.knowledge_id, wins.account_id, wins.product_id, months.month

),

-- A gain is active no longer than the product, and never worth more than it.
active as (

    select
        gained.knowledge_id,
        gained.account_id,
        gained.product_id,
        gained.month,
        cast(least(gained.gained_mrr, coalesce(product_mrr.mrr, 0)) as decimal(18, 2)) as active_mrr,
        cast(least(gained.linked_mrr, coalesce(product_mrr.mrr, 0)) as decimal(18, 2)) as linked_active_mrr
    from gained
    left join product_mrr
        on
            gained.knowledge_id = product_mrr.knowledge_id
            and gained.account_id = product_mrr.account_id
            and gained.product_id = product_mrr.product_id
            and gained.month = product_mrr.month

)

select
    active.knowledge_id,
    active.account_id,
    active.product_id,
    active.month,
    active.active_mrr,
    active.linked_active_mrr,
    cast(round(cast(active.active_mrr as decimal(28, 2)) * products.gross_margin_rate, 2) as decimal(18, 2))
        as active_margin
from active
left join products on active.product_id = products.product_id
