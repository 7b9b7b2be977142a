-- Months in which discounts or amendments exceed what they reduce. Nothing is billed below 0; the rest may be a credit, or a slip.
{{ config(severity='warn') }}
select
    account_id,
    product_id,
    month,
    excess_discount_mrr
from {{ ref('int_product_mrr') }}
where knowledge_id = 'restated' and excess_discount_mrr > 0
