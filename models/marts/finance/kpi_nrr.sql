{%- set columns = [
    'month', 'retention_window', 'segment_type', 'segment', 'basis', 'opening_mrr', 'expansion_mrr',
    'contraction_mrr', 'churn_mrr', 'returned_mrr', 'closing_mrr', 'kept_mrr', 'kept_flow_mrr',
    'closing_excl_pre_contracted_mrr', 'opening_accounts', 'retained_accounts', 'nrr', 'grr', 'grr_flow',
    'nrr_excl_pre_contracted', 'logo_retention', 'nrr_band', 'is_small_sample', 'fx_basis',
] -%}
with

current_rows as (

    select * from {{ ref('int_current_nrr') }}

),

sealed_rows as (

    select * from {{ source('sealed', 'kpi_nrr') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_current(columns) }}
