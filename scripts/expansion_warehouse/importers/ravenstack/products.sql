-- One row: everything is sold as one product, which the source never names.
select
    'RavenStack' as product_id,
    'RavenStack' as product_name,
order by product_id
