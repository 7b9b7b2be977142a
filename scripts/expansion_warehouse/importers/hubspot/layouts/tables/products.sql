with products as (
    select id, coalesce(property_name, name) as name,
    from export.product
),

typed_in as (
    select distinct coalesce(property_name, name) as name,
    from export.line_item
    where coalesce(product_id, property_hs_product_id, hs_product_id) is null
)

select id, name,
from products
union all
select typed_in.name as id, typed_in.name,
from typed_in
where
    typed_in.name is not null
    and typed_in.name not in (select products.id from products where products.id is not null)
union all
-- The product that an option names, where the export does not have it.
select getvariable('product') as id, getvariable('product') as name,
where
    getvariable('product') <> ''
    and exists (select 1 from export.deal)
    and getvariable('product') not in (select products.id from products where products.id is not null)
    and getvariable('product') not in (select typed_in.name from typed_in where typed_in.name is not null)
