{#- The columns of a raw table that refer to another table, by column. What is counted before its ids are matched
    (`ids_as_written`) keeps them as they are. -#}
{% macro references_of(table, present) %}
    {%- if table.meta.get('ids_as_written') -%}{{ return({}) }}{%- endif -%}
    {%- set columns = table.columns.values() | map(attribute='name') | select('in', present.keys() | list) | list -%}
    {{ return(references_among(columns, own_table=table.name)) }}
{% endmacro %}

{#- Every id of the tables that others refer to, as their files have it by `known_at`: what is recorded later may take
    no reference away. -#}
{% macro written_ids(readers) %}
    select cast(null as varchar) as raw_table, cast(null as varchar) as id
    where false
    {% for referred in referenced_tables().values() if readers.get(referred.table) -%}
    {%- set table = warehouse_sources('raw') | selectattr('name', 'equalto', referred.table) | first -%}
    {%- set present = raw_columns(table, readers[referred.table]) -%}
    {%- if referred.key in present -%}
    union
    select
        '{{ referred.table }}' as raw_table,
        {{ clean_text(raw_quote(present[referred.key][0])) }} as id
    from {{ readers[referred.table] }}
    {% if 'recorded_at' in present and setting('as_of_date') -%}
    where coalesce({{ business_date(moment_as_read(*present['recorded_at'])) }} <= {{ known_until() }}, true)
    {% endif -%}
    {%- endif -%}
    {%- endfor %}
{% endmacro %}

{#- A moment of a raw file as UTC, whatever the type of its column; NULL where it cannot be read. -#}
{% macro moment_as_read(name, actual) -%}
    {%- if raw_is_typed('timestamp', actual) -%}{{ cast_typed(raw_quote(name), 'timestamp', actual) }}
    {%- else -%}{{ text_to_moment('(' ~ clean_text(raw_quote(name)) ~ ')') }}
    {%- endif -%}
{%- endmacro %}
