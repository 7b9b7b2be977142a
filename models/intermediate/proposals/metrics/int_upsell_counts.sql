with

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated'

),

links as (

    select distinct
        account_id,
        product_id,
        month,
        sales_motion
    from {{ ref('int_proposal_links') }}

),

wins as (

    select
        wins.account_id,
        wins.month,
        sum(case when wins.sales_motion = 'upsell' then wins.win_events else 0 end) as upsell_events,
        sum(case when wins.sales_motion = 'cross_sell' then wins.win_events else 0 end) as cross_sell_events,
        sum(case when links.account_id is not null then wins.win_mrr else 0 end) as linked_mrr,
        sum(case when links.account_id is null then wins.win_mrr else 0 end) as organic_mrr
    from {{ ref('int_upsell_wins') }} as wins
    left join links
        on
            wins.account_id = links.account_id
            and wins.product_id = links.product_id
            and wins.month = links.month
            and wins.sales_motion = links.sales_motion
    group by wins.account_id, wins.month

)

-- Only accounts that paid at the opening can be upsold; a new one is a win of acquisition.
select
    movements.month,
    segments.segment_type,
    segments.opening_segment as segment,
    cast(sum(case when movements.opening_at_rate > 0 then 1 else 0 end) as integer) as opening_accounts,
    {% for column in ['linked_mrr', 'organic_mrr'] -%}
    cast(sum(case when movements.opening_at_rate > 0 then coalesce(wins.{{ column }}, 0) else 0 end) as decimal(18, 2))
        as {{ column }},
    {% endfor -%}
    cast(sum(case when movements.opening_at_rate > 0 and wins.upsell_events > 0 then 1 else 0 end) as integer)
        as upsold_accounts,
    cast(sum(case when movements.opening_at_rate > 0 and wins.cross_sell_events > 0 then 1 else 0 end) as integer)
        as cross_sold_accounts,
    cast(sum(coalesce(wins.upsell_events, 0) + coalesce(wins.cross_sell_events, 0)) as integer) as upsell_events
from movements
inner join segments
    on movements.account_id = segments.account_id and movements.month = segments.month
left join wins on movements.account_id = wins.account_id and movements.month = wins.month
where movements.opening_at_rate > 0 or movements.closing_mrr > 0
group by movements.month, segments.segment_type, segments.opening_segment
