with

held as (

    select * from {{ ref('int_held_products') }}

),

products as (

    select * from {{ ref('int_products') }}
    where gross_margin_rate is not null

)

select
    held.account_id,
    held.month,
    {{ ratio(
        'sum(cast(held.product_mrr as decimal(28, 2)) * products.gross_margin_rate)', 'sum(held.product_mrr)'
    ) }} as gross_margin_rate
from held
inner join products on held.product_id = products.product_id
group by held.account_id, held.month
