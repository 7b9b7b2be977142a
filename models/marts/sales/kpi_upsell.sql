with

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated'

),

drivers as (

    select * from {{ ref('int_driver_wins') }}
    where knowledge_id = 'restated'

),

wins as (

    select
        account_id,
        month,
        sum(case when sales_motion = 'upsell' and is_upsell_win then 1 else 0 end) as upsell_events,
        sum(case when sales_motion = 'cross_sell' and is_upsell_win then 1 else 0 end) as cross_sell_events
    from drivers
    group by account_id, month

),

-- Only accounts that paid at the opening can be upsold; a new one is a win of acquisition.
counted as (

    select
        movements.month,
        segments.segment_type,
        segments.opening_segment as segment,
        sum(case when movements.opening_at_rate > 0 then 1 else 0 end) as opening_accounts,
        sum(case when movements.opening_at_rate > 0 and wins.upsell_events > 0 then 1 else 0 end) as upsold_accounts,
        sum(case when movements.opening_at_rate > 0 and wins.cross_sell_events > 0 then 1 else 0 end)
            as cross_sold_accounts,
        sum(coalesce(wins.upsell_events, 0) + coalesce(wins.cross_sell_events, 0)) as upsell_events
    from movements
    inner join segments
        on movements.account_id = segments.account_id and movements.month = segments.month
    left join wins on movements.account_id = wins.account_id and movements.month = wins.month
    where movements.opening_at_rate > 0 or movements.closing_mrr > 0
    group by movements.month, segments.segment_type, segments.opening_segment

)

select
    month,
    segment_type,
    segment,
    cast(opening_accounts as integer) as opening_accounts,
    cast(upsold_accounts as integer) as upsold_accounts,
    cast(cross_sold_accounts as integer) as cross_sold_accounts,
    cast(upsell_events as integer) as upsell_events,
    {{ ratio('upsold_accounts', 'opening_accounts') }} as upsell_rate,
    {{ ratio('cross_sold_accounts', 'opening_accounts') }} as cross_sell_rate
from counted
