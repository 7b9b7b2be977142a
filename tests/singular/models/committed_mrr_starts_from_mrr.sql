-- Committed MRR stands on the MRR of the ledger, takes out no more than is there, and is never negative.
with

committed as (

    select * from {{ ref('int_committed_mrr') }}
    where knowledge_id = 'restated'

),

product_mrr as (

    select * from {{ ref('int_product_mrr') }}
    where knowledge_id = 'restated' and has_paid_line

)

select
    account_id,
    product_id,
    month
from committed
where
    cmrr < 0
    or pending_churn_mrr < 0
    or pending_churn_mrr > mrr
    or mrr + signed_mrr - pending_churn_mrr is distinct from cmrr
union all
select
    product_mrr.account_id,
    product_mrr.product_id,
    product_mrr.month
from product_mrr
left join committed
    on
        product_mrr.account_id = committed.account_id
        and product_mrr.product_id = committed.product_id
        and product_mrr.month = committed.month
where product_mrr.mrr is distinct from committed.mrr
