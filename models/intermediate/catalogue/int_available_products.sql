with

months as (

    select * from {{ ref('int_seen_months') }}

),

products as (

    select * from {{ ref('int_products') }}

),

available as (

    select
        months.month,
        products.product_id,
        products.successor_product_id
    from months
    inner join products on coalesce(products.available_from, months.month_end) <= months.month_end

)

select
    available.month,
    available.product_id,
    available.successor_product_id,
    successors.product_id is not null as is_replaced
from available
left join available as successors
    on available.month = successors.month and available.successor_product_id = successors.product_id
