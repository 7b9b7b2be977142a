with

current_rows as (

    select * from {{ ref('int_current_drivers') }}

),

sealed_rows as (

    select * from {{ source('sealed', 'fct_mrr_drivers') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_current(contract_columns('fct_mrr_drivers')) }}
