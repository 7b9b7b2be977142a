{%- set marts = {
    'fct_mrr': 'int_unsealed_mrr',
    'fct_mrr_movements': 'int_unsealed_movements',
    'fct_mrr_drivers': 'int_unsealed_drivers',
    'kpi_mrr_bridge': 'int_unsealed_bridge',
    'kpi_nrr': 'int_unsealed_nrr',
    'kpi_nrr_periods': 'int_unsealed_nrr_periods',
    'fct_account_retention': 'int_unsealed_account_retention',
    'kpi_cohort_retention': 'int_unsealed_cohorts',
    'kpi_unit_economics': 'int_unsealed_unit_economics',
    'kpi_upsell': 'int_unsealed_upsell',
    'kpi_renewals': 'int_unsealed_renewals',
} -%}
{#- A seal of an earlier version lacks these, and does not differ by them. -#}
{%- set later_marts = [
    'fct_account_retention', 'kpi_cohort_retention', 'kpi_unit_economics', 'kpi_upsell', 'kpi_renewals', 'kpi_nrr_periods',
] -%}
{#- Nor by columns that came later; the last of each mart says whether the seal has them. -#}
{%- set later_columns = {'kpi_mrr_bridge': [
    'opening_arr', 'new_arr', 'expansion_arr', 'contraction_arr', 'churn_arr', 'reactivation_arr', 'fx_arr',
    'merge_arr', 'prior_period_arr', 'rounding_arr', 'segment_transfer_arr', 'closing_arr',
]} -%}
{#- The month whose seal keeps a row: its own, of renewals the one whose close has read them, of periods their last one.
    Some periods of a seal have gone on since. -#}
{%- set kept_by = {'kpi_renewals': 'reading_month', 'kpi_nrr_periods': 'last_month'} -%}
{%- set period_keys = ['period_type', 'period', 'last_month'] -%}
with

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

{% for mart, current_model in marts.items() %}
{% set kept_month = kept_by.get(mart, 'month') -%}
{%- set kept_keys = period_keys if mart == 'kpi_nrr_periods' else [kept_month] -%}
{%- set sealed_model = ref('stg_sealed_' ~ mart) -%}
{%- set later = later_columns.get(mart, []) -%}
{% if mart in later_marts or later -%}
kept_{{ mart }} as (

    select distinct {{ kept_keys | join(', ') }}
    from {{ sealed_model }}
    {%- if later %}
    where {{ later[-1] }} is not null
    {%- endif %}

),

{% endif -%}
current_{{ mart }} as (

    select {{ prefixed_as_sealed('current_rows', contract_columns(mart), later, 'kept.month is not null') }}
    from {{ ref(current_model) }} as current_rows
    inner join sealed_months
        on current_rows.{{ kept_month }} = sealed_months.month and current_rows.basis = 'as_reported'
    {%- if mart in later_marts or later %}
    {{ 'left' if later else 'inner' }} join kept_{{ mart }} as kept
        on {{ same_columns('current_rows', 'kept', kept_keys) }}
    {%- elif mart == 'kpi_nrr' %}
    inner join {{ ref('retention_windows') }} as windows on current_rows.retention_window = windows.retention_window
    {%- endif %}

),

sealed_{{ mart }} as (

    select {{ prefixed('sealed_rows', contract_columns(mart)) }}
    from {{ sealed_model }} as sealed_rows
    inner join sealed_months on sealed_rows.{{ kept_month }} = sealed_months.month
    {%- if mart == 'kpi_nrr_periods' %}
    inner join {{ ref('int_periods') }} as periods on {{ same_columns('sealed_rows', 'periods', period_keys) }}
    {%- endif %}

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
