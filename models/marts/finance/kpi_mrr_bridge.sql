{%- set columns = [
    'month', 'segment_type', 'segment', 'basis', 'opening_mrr', 'new_mrr', 'expansion_mrr', 'contraction_mrr',
    'churn_mrr', 'reactivation_mrr', 'fx_mrr', 'segment_transfer_mrr', 'closing_mrr', 'paying_accounts',
    'new_accounts', 'churned_accounts', 'reactivated_accounts', 'paused_accounts', 'resumed_accounts',
    'expired_pause_accounts', 'merged_accounts', 'merge_mrr', 'prior_period_mrr', 'prior_period_accounts',
    'quick_ratio',
] -%}
with

current_rows as (

    select * from {{ ref('int_current_bridge') }}

),

sealed_rows as (

    select * from {{ source('sealed', 'kpi_mrr_bridge') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_current(columns) }}
