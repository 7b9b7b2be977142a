-- One row per product, and per name of a line item that was typed in without one.
select
    id as product_id,
    name as product_name,
from source.products
order by all
