{#- Rows of a mart in which a sealed month stands as it was sealed, whatever the raw data says today. Needs
    CTEs current_rows, sealed_rows and sealed_months; `columns` are the names of its columns. -#}
{% macro seal_over_unsealed(columns) -%}
select {{ prefixed('current_rows', columns) }}
from current_rows
left join sealed_months
    on current_rows.month = sealed_months.month and current_rows.basis = 'as_reported'
where sealed_months.month is null
union all
select {{ prefixed('sealed_rows', columns) }}
from sealed_rows
inner join sealed_months on sealed_rows.month = sealed_months.month
{%- endmacro %}

{#- Columns of one relation, each behind its name; all of them where there is no list. -#}
{% macro prefixed(relation, columns) -%}
    {%- for column in columns -%}
    {{ relation }}.{{ column }}{{ ',\n    ' if not loop.last }}
    {%- else -%}
    {{ relation }}.*
    {%- endfor -%}
{%- endmacro %}

{#- The names of a mart's columns, in the order of its contract. -#}
{% macro contract_columns(mart) -%}
    {%- set nodes = graph.get('nodes', {}) if execute else {} -%}
    {{ return(nodes.get('model.' ~ warehouse_package() ~ '.' ~ mart, {}).get('columns', {}) | list) }}
{%- endmacro %}

{#- Columns that a sealed mart got later: a seal in which all of them are empty is older than they are. -#}
{% macro later_columns(mart) -%}
    {{ return({
        'kpi_nrr': [
            'nrr_low', 'nrr_high', 'grr_low', 'grr_high', 'logo_retention_low', 'logo_retention_high',
            'is_beyond_chance', 'interval_note',
        ],
        'kpi_upsell': [
            'proposal_win_rate_low', 'proposal_win_rate_high', 'close_month_win_rate_low', 'close_month_win_rate_high',
        ],
    }.get(mart, [])) }}
{%- endmacro %}

{#- A mart's columns, those that it got later only where the month's seal has them. -#}
{% macro as_far_as_told(relation, mart, seal) -%}
    {%- for column in contract_columns(mart) -%}
    {%- if column in later_columns(mart) -%}
    case when {{ relation }}.month in (
        select told.month
        from {{ seal }} as told
        where told.{{ later_columns(mart) | join(' is not null or told.') }} is not null
    ) then {{ relation }}.{{ column }} end as {{ column }}
    {%- else -%}
    {{ relation }}.{{ column }}
    {%- endif -%}
    {{ ',\n    ' if not loop.last }}
    {%- else -%}
    {{ relation }}.*
    {%- endfor -%}
{%- endmacro %}

{#- Why a sealed month would come out differently today. -#}
{% macro seal_difference_reason(counted) -%}
    case
        when {{ counted }}.changed_lines > 0 then 'source'
        when {{ counted }}.changed_rows > 0 then 'rules'
    end
{%- endmacro %}
