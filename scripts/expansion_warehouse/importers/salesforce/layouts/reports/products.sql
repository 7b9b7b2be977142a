-- Every product that a line names, once.
with products as (
    select
        salesforce_id(coalesce("Product ID", "商品 ID", "Product Code", "商品コード", "Product Name", "商品名")) as id,
        min(coalesce("Product Name", "商品名")) as name,
        min(coalesce("Product Family", "商品ファミリ")) as family,
    from export.opportunity_products_report
    where not is_remark(to_json(opportunity_products_report))
    group by all
)

select * from products
where id is not null
union all by name
select
    getvariable('product') as id,
    getvariable('product') as name,
where
    getvariable('product') <> ''
    and exists (select 1 from export.opportunities_report)
    and getvariable('product') not in (select products.id from products where products.id is not null)
