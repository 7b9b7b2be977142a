{%- set columns = [
    'account_id', 'product_id', 'month', 'basis', 'quantity', 'plan_id', 'mrr', 'gross_mrr', 'discount_mrr',
    'mrr_spot', 'arr', 'is_gap_filled', 'is_paused', 'usage_mrr_3m_avg', 'cmrr', 'pending_churn_mrr',
] -%}
with

current_rows as (

    select * from {{ ref('int_current_mrr') }}

),

sealed_rows as (

    select * from {{ source('sealed', 'fct_mrr') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_current(columns) }}
