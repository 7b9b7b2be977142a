-- One row per product, deleted ones too: contracts may still refer to them.
select
    id as product_id,
    name as product_name,
    family as product_family,
from source.products
order by all
