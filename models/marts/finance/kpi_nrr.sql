with

current_rows as (

    select * from {{ ref('int_unsealed_nrr') }}
    where retention_window in (select windows.retention_window from {{ ref('retention_windows') }} as windows)

),

sealed_rows as (

    select * from {{ ref('stg_sealed_kpi_nrr') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_unsealed(contract_columns('kpi_nrr')) }}
