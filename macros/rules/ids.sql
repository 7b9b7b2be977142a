{#- Tables whose ids other columns name: the end of such a column's name, with the table and the column of its ids. -#}
{% macro referenced_tables() %}
    {{ return({
        'account_id': {'table': 'accounts', 'key': 'account_id'},
        'product_id': {'table': 'products', 'key': 'product_id'},
        'plan_id': {'table': 'plans', 'key': 'plan_id'},
        'line_id': {'table': 'contract_lines', 'key': 'contract_line_id'},
        'invoice_id': {'table': 'invoices', 'key': 'invoice_id'},
        'experiment_id': {'table': 'experiments', 'key': 'experiment_id'},
    }) }}
{% endmacro %}

{#- The table that each of these columns refers to, by column; what refers to none is left out. The ids of a table of
    its own (`own_table`) are those that others refer to. -#}
{% macro references_among(columns, own_table=none) %}
    {%- set found = {} -%}
    {%- for column in columns -%}
        {%- for ending, referred in referenced_tables().items() -%}
            {%- set is_own = own_table == referred.table and column == referred.key -%}
            {%- if (column == ending or column.endswith('_' ~ ending)) and not is_own -%}
                {%- do found.update({column: referred.table}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{#- The table that a column named by a value refers to. -#}
{% macro referenced_by_name(column_name) -%}
    case
        {%- for ending, referred in referenced_tables().items() %}
        when {{ column_name }} like '%{{ ending }}' then '{{ referred.table }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- What two spellings of one id have in common. -#}
{% macro folded_id(id) -%}
    upper({{ id }})
{%- endmacro %}

{#- The ids of each table by what they fold to: the id where there is one, all of them as a list. `written` has the
    different ids of each table (raw_table, id). -#}
{% macro fold_ids(written) -%}
    select
        raw_table,
        {{ folded_id('id') }} as folded_id,
        case when count(*) = 1 then min(id) end as only_id,
        {{ ordered_list('id', 'id') }} as ids
    from {{ written }}
    where id is not null
    group by raw_table, {{ folded_id('id') }}
{%- endmacro %}

{#- Joins the ids that a column may mean; the relation is called `<column>_ids`. -#}
{% macro join_ids(ids, raw_table, relation, column) -%}
    left join {{ ids }} as {{ column }}_ids
        on {{ column }}_ids.raw_table = '{{ raw_table }}' and {{ folded_id(relation ~ '.' ~ column) }} = {{ column }}_ids.folded_id
{%- endmacro %}

{#- The id that a column means: itself, or the only one that folds to the same. -#}
{% macro matched_id(relation, column) -%}
    coalesce({{ column }}_ids.only_id, {{ relation }}.{{ column }})
{%- endmacro %}

{#- Several ids fold to the same as this one, and it is none of them. -#}
{% macro is_ambiguous_id(relation, column) -%}
    (
        {{ column }}_ids.folded_id is not null
        and {{ column }}_ids.only_id is null
        and position('|' || {{ relation }}.{{ column }} || '|' in '|' || {{ column }}_ids.ids || '|') = 0
    )
{%- endmacro %}

{#- Which columns of a row mean an id that they spell differently, with both spellings; NULL where none does. -#}
{% macro matched_ids(relation, columns) -%}
    nullif(concat_ws(', '
        {%- for column in columns -%}
        , case
            when {{ column }}_ids.only_id <> {{ relation }}.{{ column }}
                then '{{ column }}: ' || {{ relation }}.{{ column }} || ' -> ' || {{ column }}_ids.only_id
        end
        {%- endfor -%}
    ), '')
{%- endmacro %}

{#- The id of a sealed row as it is spelled today: another spelling stands for it where the month has no second one. -#}
{% macro resealed_id(relation, column) -%}
    {%- set spellings = '(partition by ' ~ relation ~ '.month, ' ~ folded_id(relation ~ '.' ~ column) ~ ')' -%}
    case
        when min({{ relation }}.{{ column }}) over {{ spellings }} = max({{ relation }}.{{ column }}) over {{ spellings }}
            then {{ matched_id(relation, column) }}
        else {{ relation }}.{{ column }}
    end
{%- endmacro %}
