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
    select
        account_id,
        month,
        retention_window,
        basis,
        opening_month,
        {% for column in ['published_opening_mrr', 'restatement_mrr', 'fx_mrr', 'transferred_mrr'] -%}
        cast(null as decimal(18, 2)) as {{ column }},
        {% endfor -%}
        opening_mrr,
        {% for column in ['expansion_mrr', 'contraction_mrr', 'churn_mrr', 'returned_mrr'] -%}
        cast(null as decimal(18, 2)) as {{ column }},
        {% endfor -%}
        closing_mrr,
        kept_mrr,
        cast(null as decimal(18, 2)) as kept_flow_mrr,
        is_retained,
        nrr,
        nrr_points,
        cast(null as {{ dbt.type_string() }}) as largest_driver,
        cast(null as {{ dbt.type_string() }}) as largest_driver_product_id,
        cast(null as decimal(18, 2)) as largest_driver_mrr,
        cast(null as {{ dbt.type_string() }}) as explanation
    from recovered

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_unsealed(contract_columns('fct_account_retention')) }}
