{#- Rows of a mart in which a sealed month stands as it was sealed, whatever the raw data says today. Needs
    CTEs current_rows, sealed_rows and sealed_months; `columns` are the mart's. -#}
{% macro seal_over_current(columns) -%}
select
    {% for column in columns -%}
    current_rows.{{ column }}{{ ',' if not loop.last }}
    {% endfor -%}
from current_rows
left join sealed_months
    on current_rows.month = sealed_months.month and current_rows.basis = 'as_reported'
where sealed_months.month is null
union all
select
    {% for column in columns -%}
    sealed_rows.{{ column }}{{ ',' if not loop.last }}
    {% endfor -%}
from sealed_rows
inner join sealed_months on sealed_rows.month = sealed_months.month
{%- endmacro %}

{#- The columns of a mart, in the order of its contract. -#}
{% macro sealed_columns_of(mart) -%}
    {%- if not execute -%}
    *
    {%- else -%}
    {%- for column in graph.nodes['model.' ~ project_name ~ '.' ~ mart].columns -%}
    current_rows.{{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- Why a sealed month would come out differently today: `source` where its line balances do (the raw data has
    changed its past without a recorded_at), `rules` where only what is made of them does (settings, seeds, the
    catalogue or the models); NULL where nothing does. -#}
{% macro seal_difference_reason(counted) -%}
    case
        when {{ counted }}.changed_lines > 0 then 'source'
        when {{ counted }}.changed_rows > 0 then 'rules'
    end
{%- endmacro %}
