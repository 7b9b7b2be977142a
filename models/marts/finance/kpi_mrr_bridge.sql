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

{{ seal_over_current(contract_columns('kpi_mrr_bridge')) }}
