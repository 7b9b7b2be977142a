with

account_mrr as (

    select * from {{ ref('int_account_mrr') }}
    where knowledge_id = 'restated'

),

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'

),

product_mrr as (

    select * from {{ ref('int_product_mrr') }}
    where knowledge_id = 'restated'

),

products as (

    select * from {{ ref('int_products') }}

),

margins as (

    select
        product_mrr.account_id,
        product_mrr.month,
        sum(round(cast(product_mrr.mrr as decimal(28, 2)) * products.gross_margin_rate, 2)) as gross_margin_mrr,
        sum(case when products.gross_margin_rate is not null then product_mrr.mrr end) as margin_known_mrr
    from product_mrr
    inner join products on product_mrr.product_id = products.product_id
    group by product_mrr.account_id, product_mrr.month

)

select
    account_mrr.account_id,
    account_mrr.month,
    account_mrr.mrr,
    cast(coalesce(margins.gross_margin_mrr, 0) as decimal(18, 2)) as gross_margin_mrr,
    cast(coalesce(margins.margin_known_mrr, 0) as decimal(18, 2)) as margin_known_mrr,
    account_mrr.mrr > 0 as is_paying,
    movements.was_in_force as was_customer,
    movements.movement = 'new' as is_new,
    movements.movement = 'churn' as is_churned
from account_mrr
inner join movements
    on account_mrr.account_id = movements.account_id and account_mrr.month = movements.month
left join margins
    on account_mrr.account_id = margins.account_id and account_mrr.month = margins.month
