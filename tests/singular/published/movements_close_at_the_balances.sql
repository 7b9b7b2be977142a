-- Closing MRR equals the sum over the products of fct_mrr, in every account and month of either side.
with

products as (

    select
        account_id,
        month,
        basis,
        sum(mrr) as mrr
    from {{ ref('fct_mrr') }}
    group by account_id, month, basis

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}

)

select
    coalesce(movements.account_id, products.account_id) as account_id,
    coalesce(movements.month, products.month) as month,
    coalesce(movements.basis, products.basis) as basis,
    movements.closing_mrr,
    products.mrr
from movements
full outer join products
    on
        movements.account_id = products.account_id
        and movements.month = products.month
        and movements.basis = products.basis
where coalesce(movements.closing_mrr, 0) <> coalesce(products.mrr, 0)
