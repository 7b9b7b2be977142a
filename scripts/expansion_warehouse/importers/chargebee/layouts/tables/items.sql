select
    id,
    name,
    item_family_id as item_family_id,
    type as type,
    unit as unit,
    metered as metered
from export.item
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
union all
-- In Product Catalog 1.0 a plan and an addon are item and price in one, without a family.
select
    id,
    name,
    null as item_family_id,
    'plan' as type,
    null as unit,
    null as metered
from export.plan
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
union all
select
    id,
    name,
    null as item_family_id,
    case charge_type when 'non_recurring' then 'charge' else 'addon' end as type,
    null as unit,
    null as metered
from export.addon
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
