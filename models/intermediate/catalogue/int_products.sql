with

products as (

    select * from {{ ref('stg_products') }}

),

known as (

    select
        *,
        row_number() over (partition by product_id order by recorded_at desc nulls last) as recency
    from products
    where is_valid and (known_on is null or known_on <= {{ known_until() }})

)

select
    product_id,
    product_name,
    product_family,
    parent_product_id,
    requires_product_id,
    successor_product_id,
    parent_product_id is not null as is_add_on,
    gross_margin_rate,
    available_from
from known
where recency = 1
