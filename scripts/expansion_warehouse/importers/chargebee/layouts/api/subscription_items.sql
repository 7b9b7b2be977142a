with

holders as (

    select
        coalesce(subscription ->> 'id', id) as subscription_id,
        coalesce(subscription ->> 'currency_code', currency_code) as currency,
        coalesce(subscription -> 'subscription_items', subscription_items) as items,
        coalesce(subscription -> 'addons', addons) as addon_items,
        coalesce(subscription ->> 'plan_id', plan_id) as plan_id,
        coalesce(
            coalesce(subscription ->> 'plan_quantity_in_decimal', plan_quantity_in_decimal),
            coalesce(subscription ->> 'plan_quantity', plan_quantity)
        ) as plan_quantity,
        coalesce(
            coalesce(subscription ->> 'plan_unit_price_in_decimal', plan_unit_price_in_decimal),
            minor_units(coalesce(subscription ->> 'plan_unit_price', plan_unit_price), currency)
        ) as plan_unit_price,
        coalesce(
            coalesce(subscription ->> 'plan_amount_in_decimal', plan_amount_in_decimal),
            minor_units(coalesce(subscription ->> 'plan_amount', plan_amount), currency)
        ) as plan_amount
    from export.subscriptions

),

of_items as (

    select
        holders.*,
        unnest(cast(items as json[])) as item
    from holders

),

of_addons as (

    select
        holders.*,
        unnest(cast(addon_items as json[])) as item
    from holders

)

select
    subscription_id,
    item ->> 'item_price_id' as item_price_id,
    item ->> 'item_type' as item_type,
    coalesce(item ->> 'quantity_in_decimal', item ->> 'quantity') as quantity,
    coalesce(item ->> 'unit_price_in_decimal', minor_units(item ->> 'unit_price', currency)) as unit_price,
    coalesce(item ->> 'amount_in_decimal', minor_units(item ->> 'amount', currency)) as amount
from of_items
union all
select
    subscription_id,
    plan_id as item_price_id,
    'plan' as item_type,
    plan_quantity as quantity,
    plan_unit_price as unit_price,
    plan_amount as amount
from holders
where plan_id is not null
union all
select
    subscription_id,
    item ->> 'id' as item_price_id,
    'addon' as item_type,
    coalesce(item ->> 'quantity_in_decimal', item ->> 'quantity') as quantity,
    coalesce(item ->> 'unit_price_in_decimal', minor_units(item ->> 'unit_price', currency)) as unit_price,
    coalesce(item ->> 'amount_in_decimal', minor_units(item ->> 'amount', currency)) as amount
from of_addons
