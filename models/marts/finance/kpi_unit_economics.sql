with

current_rows as (

    select * from {{ ref('int_unsealed_unit_economics') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_kpi_unit_economics') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_unsealed(contract_columns('kpi_unit_economics')) }}
