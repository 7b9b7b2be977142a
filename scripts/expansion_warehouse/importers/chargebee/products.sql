with

families as (

    select
        id,
        min(name) as name
    from source.item_families
    group by id

),

-- Plans are rungs of their family; an addon or a charge is a product of its own that extends the family.
extras as (

    select
        id,
        min(name) as name,
        min(item_family_id) as family_id
    from (
        select
            id,
            name,
            item_family_id,
            type
        from source.items
        union all
        select
            item_id as id,
            null as name,
            item_family_id,
            item_type as type
        from source.item_prices
        where item_id is not null
    )
    group by id
    having bool_and(coalesce(type, '') <> 'plan')

),

unlisted_families as (

    select distinct item_family_id as id
    from (
        select item_family_id from source.items
        union all
        select item_family_id from source.item_prices
    )
    where item_family_id is not null and item_family_id not in (select families.id from families)

)

select
    id as product_id,
    coalesce(name, id) as product_name,
    null as product_family,
    null as parent_product_id
from families
union all
select
    id as product_id,
    id as product_name,
    null as product_family,
    null as parent_product_id
from unlisted_families
union all
select
    id as product_id,
    coalesce(name, id) as product_name,
    family_id as product_family,
    family_id as parent_product_id
from extras
union all
select
    getvariable('product_id') as product_id,
    getvariable('product_id') as product_name,
    null as product_family,
    null as parent_product_id
where
    getvariable('product_id') not in (select families.id from families)
    and (
        exists (
            select 1
            from source.item_prices as prices
            left join source.items as items on prices.item_id = items.id
            where
                coalesce(items.item_family_id, prices.item_family_id) is null
                and coalesce(items.type, prices.item_type, 'plan') = 'plan'
        )
        or exists (
            select 1 from source.subscription_items
            where item_price_id not in (select item_prices.id from source.item_prices)
        )
        or exists (
            select 1 from source.invoice_lines
            where entity_id is null or entity_id not in (select item_prices.id from source.item_prices)
        )
    )
order by product_id
