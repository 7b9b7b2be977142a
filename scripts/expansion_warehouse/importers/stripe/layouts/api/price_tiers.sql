-- Tiers are only in an export that was asked for them (`expand`).
with priced as (
    select id, tiers_mode, cast(tiers as varchar) as tiers from export.prices
    union all
    select id, tiers_mode, cast(tiers as varchar) as tiers from export.plans
),

listed as (
    select
        id,
        tiers_mode,
        unnest(try(from_json(tiers, '["json"]'))) as tier,
        generate_subscripts(try(from_json(tiers, '["json"]')), 1) as position,
    from priced
)

select distinct
    id as price_id,
    tiers_mode,
    cast(position as varchar) as position,
    tier ->> '$.up_to' as up_to,
    coalesce(tier ->> '$.unit_amount_decimal', tier ->> '$.unit_amount') as unit_amount,
    coalesce(tier ->> '$.flat_amount_decimal', tier ->> '$.flat_amount') as flat_amount,
from listed
