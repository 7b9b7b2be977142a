-- MRR of each account on the as-of date beside the ledger's products on that day.
with

last_month as (

    select max(month) as month from {{ ref('int_seen_months') }}

),

ledger as (

    select
        product_mrr.account_id,
        sum(product_mrr.mrr) as mrr
    from {{ ref('int_product_mrr') }} as product_mrr
    inner join {{ ref('int_knowledge') }} as knowledge
        on product_mrr.knowledge_id = knowledge.knowledge_id and product_mrr.month = knowledge.closing_month
    inner join last_month on knowledge.closing_month = last_month.month
    group by product_mrr.account_id

)

select
    coalesce(today.account_id, ledger.account_id) as account_id,
    today.mrr,
    ledger.mrr as ledger_mrr
from {{ ref('fct_accounts_today') }} as today
full outer join ledger on today.account_id = ledger.account_id
where coalesce(today.mrr, 0) <> coalesce(ledger.mrr, 0)
