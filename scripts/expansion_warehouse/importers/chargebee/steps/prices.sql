-- One row per item price: what item, family and model it is of. Lines and pauses look it up.
with

items as (

    select
        id,
        min(item_family_id) as family_id,
        min(type) as type,
        bool_or(lower(metered) = 'true') as metered
    from source.items
    group by id

)

select
    item_prices.id,
    item_prices.item_id,
    coalesce(items.type, item_prices.item_type) as type,
    coalesce(items.family_id, item_prices.item_family_id) as family_id,
    items.metered,
    item_prices.price,
    item_prices.period,
    item_prices.period_unit,
    item_prices.pricing_model
from source.item_prices
left join items on item_prices.item_id = items.id
qualify row_number() over (partition by item_prices.id order by cast(item_prices as varchar)) = 1
