with

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated' and opening_at_rate > 0 and closing_mrr > 0

),

wins as (

    select
        account_id,
        month,
        max(case when sales_motion = 'upsell' then 1 else 0 end) = 1 as is_upsold
    from {{ ref('int_upsell_wins') }}
    group by account_id, month

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated' and segment_type = 'size_band'

),

health as (

    select * from {{ ref('int_health_states') }}

),

tenure_bands as (

    select * from {{ ref('tenure_bands') }}

),

placed as (

    select
        movements.account_id,
        movements.month,
        movements.month_end,
        coalesce(wins.is_upsold, false) as is_upsold,
        wins.account_id is null as is_control,
        {{ add_months('movements.month', -1) }} as month_before,
        {{ months_between('movements.first_paid_month', 'movements.month') }} as tenure_months
    from movements
    left join wins on movements.account_id = wins.account_id and movements.month = wins.month

)

-- Alike are accounts of one size, health and tenure when the month began. Who bought another product is neither.
select
    placed.account_id,
    placed.month,
    placed.month_end,
    placed.is_upsold,
    coalesce(segments.opening_segment, 'unknown')
    || '|' || coalesce(health.health_band, 'unknown')
    || '|' || tenure_bands.tenure_band as stratum
from placed
inner join tenure_bands
    on
        placed.tenure_months >= tenure_bands.months_from
        and (tenure_bands.months_below is null or placed.tenure_months < tenure_bands.months_below)
left join segments on placed.account_id = segments.account_id and placed.month = segments.month
left join health on placed.account_id = health.account_id and placed.month_before = health.month
where placed.is_upsold or placed.is_control
