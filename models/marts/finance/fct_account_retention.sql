with

current_rows as (

    select * from {{ ref('int_unsealed_account_retention') }}

),

recovered as (

    select * from {{ ref('int_recovered_retention') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_fct_account_retention') }}
    union all
    select {{ prefixed('recovered', contract_columns('fct_account_retention')) }}
    from recovered

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_unsealed(contract_columns('fct_account_retention')) }}
