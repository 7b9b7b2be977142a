select
    coalesce(item ->> 'id', id) as id,
    coalesce(item ->> 'name', name) as name,
    coalesce(item ->> 'item_family_id', item_family_id) as item_family_id,
    coalesce(item ->> 'type', type) as type,
    coalesce(item ->> 'unit', unit) as unit,
    coalesce(item ->> 'metered', metered) as metered,
    coalesce(item -> 'metadata', metadata) ->> 'tier_rank' as tier_rank
from export.items
union all
-- In Product Catalog 1.0 a plan and an addon are item and price in one, without a family.
select
    coalesce(plan ->> 'id', id) as id,
    coalesce(plan ->> 'name', name) as name,
    null as item_family_id,
    'plan' as type,
    null as unit,
    null as metered,
    null as tier_rank
from export.plans
union all
select
    coalesce(addon ->> 'id', id) as id,
    coalesce(addon ->> 'name', name) as name,
    null as item_family_id,
    case coalesce(addon ->> 'charge_type', charge_type) when 'non_recurring' then 'charge' else 'addon' end as type,
    null as unit,
    null as metered,
    null as tier_rank
from export.addons
