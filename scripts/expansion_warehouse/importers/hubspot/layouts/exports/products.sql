with products as (
    select coalesce("Product ID", "Name", "名前") as id, min(coalesce("Name", "名前")) as name,
    from export.line_items_export
    group by coalesce("Product ID", "Name", "名前")
)

select id, name,
from products
where id is not null
union all
-- The product that an option names, where the export does not have it.
select getvariable('product') as id, getvariable('product') as name,
where
    getvariable('product') <> ''
    and exists (select 1 from export.deals_export)
    and getvariable('product') not in (select products.id from products where products.id is not null)
