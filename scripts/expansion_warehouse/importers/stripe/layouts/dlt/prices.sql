-- Prices, and those that only stand inside of items.
with listed as (
    select
        id,
        product as product_id,
        nickname,
        currency,
        coalesce(cast(unit_amount_decimal as varchar), cast(unit_amount as varchar)) as unit_amount,
        billing_scheme,
        recurring__interval as billing_interval,
        cast(recurring__interval_count as varchar) as interval_count,
        recurring__usage_type as usage_type,
        cast(transform_quantity__divide_by as varchar) as divide_by,
        transform_quantity__round as rounding,
        tax_behavior,
        lower(cast(active as varchar)) as active,
        cast(metadata__tier_rank as varchar) as tier_rank,
        lower(cast(livemode as varchar)) as livemode,
    from export.prices
),

held as (
    select distinct on (price__id)
        price__id as id,
        price__product as product_id,
        price__nickname as nickname,
        price__currency as currency,
        coalesce(cast(price__unit_amount_decimal as varchar), cast(price__unit_amount as varchar)) as unit_amount,
        price__billing_scheme as billing_scheme,
        price__recurring__interval as billing_interval,
        cast(price__recurring__interval_count as varchar) as interval_count,
        price__recurring__usage_type as usage_type,
        cast(price__transform_quantity__divide_by as varchar) as divide_by,
        price__transform_quantity__round as rounding,
        price__tax_behavior as tax_behavior,
        lower(cast(price__active as varchar)) as active,
        cast(price__metadata__tier_rank as varchar) as tier_rank,
        lower(cast(price__livemode as varchar)) as livemode,
    from export.subscription_items as items
    where price__id is not null and price__id not in (select listed.id from listed where listed.id is not null)
    order by price__id, items
)

select * from listed
union all
select * from held
