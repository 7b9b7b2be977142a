select
    id,
    name,
    item_id,
    item_family_id,
    item_type,
    currency_code as currency,
    coalesce(price_in_decimal, minor_units(price, currency_code)) as price,
    period,
    period_unit,
    pricing_model,
    status
from export.item_price
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
union all
select
    id,
    name,
    id as item_id,
    null as item_family_id,
    'plan' as item_type,
    currency_code as currency,
    coalesce(price_in_decimal, minor_units(price, currency_code)) as price,
    period,
    period_unit,
    pricing_model,
    status
from export.plan
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
union all
select
    id,
    name,
    id as item_id,
    null as item_family_id,
    case charge_type when 'non_recurring' then 'charge' else 'addon' end as item_type,
    currency_code as currency,
    coalesce(price_in_decimal, minor_units(price, currency_code)) as price,
    period,
    period_unit,
    pricing_model,
    status
from export.addon
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
