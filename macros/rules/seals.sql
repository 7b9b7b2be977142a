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

{#- The same, where the columns in `later` are empty unless `has_later`: a seal of an earlier version lacks them. -#}
{% macro prefixed_as_sealed(relation, columns, later, has_later) -%}
    {%- for column in columns -%}
    {%- if column in later -%}
    case when {{ has_later }} then {{ relation }}.{{ column }} end as {{ column }}
    {%- else -%}
    {{ relation }}.{{ column }}
    {%- endif -%}
    {{ ',\n    ' if not loop.last }}
    {%- else -%}
    {{ relation }}.*
    {%- endfor -%}
{%- endmacro %}

{#- Two relations have the same values in some columns. -#}
{% macro same_columns(left, right, columns) -%}
    {%- for column in columns -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The names of a mart's columns, in the order of its contract. -#}
{% macro contract_columns(mart) -%}
    {%- set nodes = graph.get('nodes', {}) if execute else {} -%}
    {{ return(nodes.get('model.' ~ warehouse_package() ~ '.' ~ mart, {}).get('columns', {}) | list) }}
{%- endmacro %}

{#- Why a sealed month would come out differently today. -#}
{% macro seal_difference_reason(counted) -%}
    case
        when {{ counted }}.changed_lines > 0 then 'source'
        when {{ counted }}.changed_rows > 0 then 'rules'
    end
{%- endmacro %}
