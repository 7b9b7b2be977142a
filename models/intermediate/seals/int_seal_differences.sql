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
{%- set segmented_marts = [
    'kpi_mrr_bridge', 'kpi_nrr', 'kpi_cohort_retention', 'kpi_unit_economics', 'kpi_upsell', 'kpi_renewals',
] -%}
{%- set named = named_segments() | map(attribute='name') | list -%}
{#- The month whose seal keeps a row: its own, and of renewals the one whose close has read them. -#}
{%- set kept_by = {'kpi_renewals': 'reading_month'} -%}
with

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

-- A kind of segment that was named since a month was sealed, or is named no more, is no difference of it.
compared_types as (

    select
        sealed_months.month,
        kinds.value as segment_type
    from sealed_months
    inner join {{ ref('value_lists') }} as kinds on kinds.list_name = 'segment_type'
    union distinct
    select
        month,
        segment_type
    from {{ ref('stg_sealed_account_segments') }}
    where {{ 'segment_type in (' ~ sql_texts(named) ~ ')' if named else 'false' }}

),

{% for mart, current_model in marts.items() %}
{% set kept_month = kept_by.get(mart, 'month') -%}
current_{{ mart }} as (

    select {{ prefixed('current_rows', contract_columns(mart)) }}
    from {{ ref(current_model) }} as current_rows
    inner join sealed_months
        on current_rows.{{ kept_month }} = sealed_months.month and current_rows.basis = 'as_reported'
    {%- if mart in segmented_marts %}
    inner join compared_types
        on sealed_months.month = compared_types.month and current_rows.segment_type = compared_types.segment_type
    {%- endif %}
    {%- if mart in later_marts %}
    where current_rows.{{ kept_month }} in (select kept.{{ kept_month }} from {{ ref('stg_sealed_' ~ mart) }} as kept)
    {%- endif %}

),

sealed_{{ mart }} as (

    select {{ prefixed('sealed_rows', contract_columns(mart)) }}
    from {{ ref('stg_sealed_' ~ mart) }} as sealed_rows
    inner join sealed_months on sealed_rows.{{ kept_month }} = sealed_months.month
    {%- if mart in segmented_marts %}
    inner join compared_types
        on sealed_months.month = compared_types.month and sealed_rows.segment_type = compared_types.segment_type
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
