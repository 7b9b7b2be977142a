{#- A seal differs where a mart of its month would come out otherwise today; what it is too old to have is no
    difference, and neither are periods that have gone on since. -#}
{%- set marts, named = sealed_marts(), named_segments() | map(attribute='name') | list -%}
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

{% for mart, kept in marts.items() %}
{% set kept_month = kept.get('kept_by', 'month') -%}
{%- set kept_keys, later_columns = [kept_month] + kept.get('keys', []), kept.get('later_columns', []) -%}
{%- set sealed_model = ref('stg_sealed_' ~ mart) -%}
{% if later_columns -%}
newer_{{ mart }} as (

    select distinct {{ kept_month }} from {{ sealed_model }}
    where {{ later_columns | join(' is not null or ') }} is not null

),

{% endif -%}
{% if kept.is_later -%}
kept_{{ mart }} as (

    select distinct {{ kept_keys | join(', ') }} from {{ sealed_model }}

),

{% endif -%}
current_{{ mart }} as (

    {%- set is_newer = 'newer.' ~ kept_month ~ ' is not null' %}
    select {{ prefixed_as_sealed('current_rows', contract_columns(mart), later_columns, is_newer) }}
    from {{ ref(kept.model) }} as current_rows
    inner join sealed_months
        on current_rows.{{ kept_month }} = sealed_months.month and current_rows.basis = 'as_reported'
    {%- if kept.is_segmented %}
    inner join compared_types
        on sealed_months.month = compared_types.month and current_rows.segment_type = compared_types.segment_type
    {%- endif %}
    {%- if later_columns %}
    left join newer_{{ mart }} as newer on current_rows.{{ kept_month }} = newer.{{ kept_month }}
    {%- endif %}
    {%- if kept.is_later %}
    inner join kept_{{ mart }} as kept on {{ same_columns('current_rows', 'kept', kept_keys) }}
    {%- elif mart == 'kpi_nrr' %}
    inner join {{ ref('retention_windows') }} as windows on current_rows.retention_window = windows.retention_window
    {%- endif %}

),

sealed_{{ mart }} as (

    select {{ prefixed('sealed_rows', contract_columns(mart)) }}
    from {{ sealed_model }} as sealed_rows
    inner join sealed_months on sealed_rows.{{ kept_month }} = sealed_months.month
    {%- if kept.is_segmented %}
    inner join compared_types
        on sealed_months.month = compared_types.month and sealed_rows.segment_type = compared_types.segment_type
    {%- endif %}
    {%- if mart == 'kpi_nrr_periods' %}
    inner join {{ ref('int_periods') }} as periods on {{ same_columns('sealed_rows', 'periods', kept_keys) }}
    {%- endif %}

),

changed_{{ mart }} as (

    {{ months_that_differ('current_' ~ mart, 'sealed_' ~ mart, kept_month) }}

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
