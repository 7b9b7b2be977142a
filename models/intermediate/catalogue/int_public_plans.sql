with

months as (

    select * from {{ ref('int_months') }}

),

plans as (

    select * from {{ ref('int_plans') }}
    where is_public

),

products as (

    select * from {{ ref('int_products') }}
    where not is_add_on

)

-- The catalogue of today, on the products that were already there.
select
    months.month,
    plans.product_id,
    cast(count(*) as integer) as public_plans
from plans
inner join products on plans.product_id = products.product_id
inner join months on coalesce(products.available_from, months.month_end) <= months.month_end
group by months.month, plans.product_id
