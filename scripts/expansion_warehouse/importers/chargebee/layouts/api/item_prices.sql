select
    coalesce(item_price ->> 'id', id) as id,
    coalesce(item_price ->> 'name', name) as name,
    coalesce(item_price ->> 'item_id', item_id) as item_id,
    coalesce(item_price ->> 'item_family_id', item_family_id) as item_family_id,
    coalesce(item_price ->> 'item_type', item_type) as item_type,
    coalesce(item_price ->> 'currency_code', currency_code) as currency,
    coalesce(
        coalesce(item_price ->> 'price_in_decimal', price_in_decimal),
        minor_units(
            coalesce(item_price ->> 'price', price),
            coalesce(item_price ->> 'currency_code', currency_code)
        )
    ) as price,
    coalesce(item_price ->> 'period', period) as period,
    coalesce(item_price ->> 'period_unit', period_unit) as period_unit,
    coalesce(item_price ->> 'pricing_model', pricing_model) as pricing_model,
    coalesce(item_price ->> 'status', status) as status
from export.item_prices
union all
select
    coalesce(plan ->> 'id', id) as id,
    coalesce(plan ->> 'name', name) as name,
    coalesce(plan ->> 'id', id) as item_id,
    null as item_family_id,
    'plan' as item_type,
    coalesce(plan ->> 'currency_code', currency_code) as currency,
    coalesce(
        coalesce(plan ->> 'price_in_decimal', price_in_decimal),
        minor_units(
            coalesce(plan ->> 'price', price),
            coalesce(plan ->> 'currency_code', currency_code)
        )
    ) as price,
    coalesce(plan ->> 'period', period) as period,
    coalesce(plan ->> 'period_unit', period_unit) as period_unit,
    coalesce(plan ->> 'pricing_model', pricing_model) as pricing_model,
    coalesce(plan ->> 'status', status) as status
from export.plans
union all
select
    coalesce(addon ->> 'id', id) as id,
    coalesce(addon ->> 'name', name) as name,
    coalesce(addon ->> 'id', id) as item_id,
    null as item_family_id,
    case coalesce(addon ->> 'charge_type', charge_type)
        when 'non_recurring' then 'charge'
        else 'addon'
    end as item_type,
    coalesce(addon ->> 'currency_code', currency_code) as currency,
    coalesce(
        coalesce(addon ->> 'price_in_decimal', price_in_decimal),
        minor_units(
            coalesce(addon ->> 'price', price),
            coalesce(addon ->> 'currency_code', currency_code)
        )
    ) as price,
    coalesce(addon ->> 'period', period) as period,
    coalesce(addon ->> 'period_unit', period_unit) as period_unit,
    coalesce(addon ->> 'pricing_model', pricing_model) as pricing_model,
    coalesce(addon ->> 'status', status) as status
from export.addons
