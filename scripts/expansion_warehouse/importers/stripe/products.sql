-- One row per product, and one for every product that only prices and invoice lines name.
with listed as (
    select
        id,
        name,
        livemode,
    from source.products
),

named as (
    select product_id as id, livemode from source.prices
    union all
    select product_id as id, livemode from source.invoice_lines
),

every as (
    select id, name, livemode from listed
    union all
    select
        id,
        cast(null as varchar) as name,
        max(livemode) as livemode,
    from named
    where id is not null and id not in (select listed.id from listed where listed.id is not null)
    group by id
)

select
    id as product_id,
    name as product_name,
from every
where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
order by product_id, product_name
