{%- set marts = {
    'fct_mrr': 'int_unsealed_mrr',
    'fct_mrr_movements': 'int_unsealed_movements',
    'fct_mrr_drivers': 'int_unsealed_drivers',
    'kpi_mrr_bridge': 'int_unsealed_bridge',
    'kpi_nrr': 'int_unsealed_nrr',
    'fct_account_retention': 'int_unsealed_account_retention',
    'kpi_cohort_retention': 'int_unsealed_cohorts',
    'kpi_unit_economics': 'int_unsealed_unit_economics',
    'kpi_upsell': 'int_unsealed_upsell',
    'kpi_renewals': 'int_unsealed_renewals',
} -%}
{#- A seal of an earlier version lacks these, and does not differ by them. -#}
{%- set later_marts = [
    'fct_account_retention', 'kpi_cohort_retention', 'kpi_unit_economics', 'kpi_upsell', 'kpi_renewals',
] -%}
{#- The month whose seal keeps a row: its own, and of renewals the one whose close has read them. -#}
{%- set kept_by = {'kpi_renewals': 'reading_month'} -%}
with

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

{% for mart, current_model in marts.items() %}
{% set kept_month = kept_by.get(mart, 'month') -%}
current_{{ mart }} as (

    select {{ as_far_as_told('current_rows', mart, ref('stg_sealed_' ~ mart)) }}
    from {{ ref(current_model) }} as current_rows
    inner join sealed_months
        on current_rows.{{ kept_month }} = sealed_months.month and current_rows.basis = 'as_reported'
    {%- if mart in later_marts %}
    where current_rows.{{ kept_month }} in (select kept.{{ kept_month }} from {{ ref('stg_sealed_' ~ mart) }} as kept)
    {%- endif %}

),

sealed_{{ mart }} as (

    select {{ prefixed('sealed_rows', contract_columns(mart)) }}
    from {{ ref('stg_sealed_' ~ mart) }} as sealed_rows
    inner join sealed_months on sealed_rows.{{ kept_month }} = sealed_months.month

),

changed_{{ mart }} as (

    select {{ kept_month }} as month
    from (
        select * from current_{{ mart }}
        except
        select * from sealed_{{ mart }}
    ) as appeared

    union all

    select {{ kept_month }} as month
    from (
        select * from sealed_{{ mart }}
        except
        select * from current_{{ mart }}
    ) as disappeared

),
{% endfor %}
changes as (

    select
        'line_balances' as sealed_table,
        month
    from {{ ref('int_changed_balances') }}
    {% for mart in marts %}
    union all
    select
        '{{ mart }}' as sealed_table,
        month
    from changed_{{ mart }}
    {% endfor %}

)

select
    month,
    sealed_table,
    cast(count(*) as integer) as changed_rows
from changes
group by month, sealed_table
