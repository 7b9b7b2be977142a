with

line_mrr as (

    select * from {{ ref('int_month_lines') }}

),

-- A line with the same amount, currency and units at both ends is counted twice.
changed_lines as (

    select
        line_mrr.knowledge_id,
        line_mrr.account_id,
        line_mrr.product_id,
        line_mrr.month
    from line_mrr
    group by
        line_mrr.knowledge_id,
        line_mrr.account_id,
        line_mrr.product_id,
        line_mrr.contract_line_id,
        line_mrr.month,
        line_mrr.mrr_native,
        line_mrr.currency,
        {{ billed_quantity() }}
    having count(*) = 1

)

select distinct
    knowledge_id,
    account_id,
    product_id,
    month
from changed_lines
