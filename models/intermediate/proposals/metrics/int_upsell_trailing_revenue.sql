with

wins as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        {{ add_months('month', 11) }} as last_month,
        sum(win_mrr) as win_mrr
    from {{ ref('int_upsell_wins') }}
    where was_paying
    group by knowledge_id, account_id, product_id, month

),

months as (

    select month from {{ ref('int_months') }}

),

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

-- A win is active in a month, seen from that month or a later one, as long as the twelve months seen hold the win.
gained as (

    select
        wins.knowledge_id,
        wins.account_id,
        wins.product_id,
        active_months.month,
        closing_months.month as closing_month,
        sum(wins.win_mrr) as gained_mrr
    from wins
    inner join months as active_months
        on wins.month <= active_months.month and wins.last_month >= active_months.month
    inner join months as closing_months
        on active_months.month <= closing_months.month and wins.last_month >= closing_months.month
    group by wins.knowledge_id, wins.account_id, wins.product_id, active_months.month, closing_months.month

)

select
    gained.knowledge_id,
    gained.closing_month as month,
    cast(sum(least(gained.gained_mrr, coalesce(product_mrr.mrr, 0))) as decimal(18, 2)) as revenue
from gained
left join product_mrr
    on
        gained.knowledge_id = product_mrr.knowledge_id
        and gained.account_id = product_mrr.account_id
        and gained.product_id = product_mrr.product_id
        and gained.month = product_mrr.month
group by gained.knowledge_id, gained.closing_month
