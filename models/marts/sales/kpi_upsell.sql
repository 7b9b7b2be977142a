with

current_rows as (

    select * from {{ ref('int_unsealed_upsell') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_kpi_upsell') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_unsealed(contract_columns('kpi_upsell')) }}
