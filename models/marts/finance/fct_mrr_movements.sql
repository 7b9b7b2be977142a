with

current_rows as (

    select * from {{ ref('int_unsealed_movements') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_fct_mrr_movements') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_unsealed(contract_columns('fct_mrr_movements')) }}
