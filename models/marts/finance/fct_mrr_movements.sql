with

current_rows as (

    select
        account_id,
        month,
        basis,
        opening_mrr,
        new_mrr,
        expansion_mrr,
        contraction_mrr,
        churn_mrr,
        reactivation_mrr,
        fx_mrr,
        merge_mrr,
        prior_period_mrr,
        closing_mrr,
        movement,
        sub_movement,
        ppa_origin
    from {{ ref('int_unsealed_movements') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_fct_mrr_movements') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_unsealed(contract_columns('fct_mrr_movements')) }}
