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
    from source.items
    where coalesce(type, '') <> 'plan'
    group by id

),

unlisted_families as (

    select distinct item_family_id as id
    from source.items
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
where getvariable('product_id') not in (select families.id from families)
order by product_id
