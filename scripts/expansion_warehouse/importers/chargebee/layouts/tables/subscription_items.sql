with

currencies as (

    select
        id,
        min(currency_code) as currency
    from export.subscription
    group by id

)

select
    subscription_item.subscription_id,
    subscription_item.item_price_id as item_price_id,
    subscription_item.item_type as item_type,
    coalesce(subscription_item.quantity_in_decimal, subscription_item.quantity) as quantity,
    coalesce(
        subscription_item.unit_price_in_decimal, minor_units(subscription_item.unit_price, currencies.currency)
    ) as unit_price,
    coalesce(subscription_item.amount_in_decimal, minor_units(subscription_item.amount, currencies.currency)) as amount
from export.subscription_item
left join currencies on subscription_item.subscription_id = currencies.id
where coalesce(lower(subscription_item._fivetran_deleted), 'false') <> 'true'
union all
select
    subscription_addon.subscription_id,
    coalesce(subscription_addon.addon_id, subscription_addon.id) as item_price_id,
    'addon' as item_type,
    coalesce(subscription_addon.quantity_in_decimal, subscription_addon.quantity) as quantity,
    coalesce(
        subscription_addon.unit_price_in_decimal, minor_units(subscription_addon.unit_price, currencies.currency)
    ) as unit_price,
    coalesce(
        subscription_addon.amount_in_decimal,
        minor_units(subscription_addon.amount, currencies.currency)
    ) as amount
from export.subscription_addon
left join currencies on subscription_addon.subscription_id = currencies.id
where coalesce(lower(subscription_addon._fivetran_deleted), 'false') <> 'true'
union all
select
    id as subscription_id,
    plan_id as item_price_id,
    'plan' as item_type,
    coalesce(plan_quantity_in_decimal, plan_quantity) as quantity,
    coalesce(plan_unit_price_in_decimal, minor_units(plan_unit_price, currency_code)) as unit_price,
    coalesce(plan_amount_in_decimal, minor_units(plan_amount, currency_code)) as amount
from export.subscription
where plan_id is not null and coalesce(lower(_fivetran_deleted), 'false') <> 'true'
