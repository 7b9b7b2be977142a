select
    salesforce_id(id) as id,
    Name as name,
    Family as family,
from export.product
union all by name
-- The product that an option names, where the export does not have it.
select
    getvariable('product') as id,
    getvariable('product') as name,
where
    getvariable('product') <> ''
    and exists (select 1 from export.opportunity)
    and getvariable('product') not in (
        select salesforce_id(product.id) from export.product where product.id is not null
    )
