select
    product_id,
    product_name,
    product_family,
    parent_product_id,
    requires_product_id,
    successor_product_id,
    gross_margin_rate,
    available_from,
    is_add_on
from {{ ref('int_products') }}
