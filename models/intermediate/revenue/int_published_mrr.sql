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

{{ seal_over_current(contract_columns('fct_mrr')) }}
