with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where is_paid_line

),

month_ends as (

    select * from {{ ref('int_month_ends') }}

),

-- A line with the same amount, currency and units at both ends is counted twice.
changed_lines as (

    select
        line_mrr.knowledge_id,
        line_mrr.account_id,
        line_mrr.product_id,
        month_ends.month
    from line_mrr
    inner join month_ends
        on line_mrr.knowledge_id = month_ends.knowledge_id and line_mrr.month = month_ends.balance_month
    group by
        line_mrr.knowledge_id,
        line_mrr.account_id,
        line_mrr.product_id,
        line_mrr.contract_line_id,
        month_ends.month,
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
