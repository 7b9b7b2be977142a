{#- Where `warehouse close` keeps sealed months. -#}
{% macro sealed_folder() %}
    {{ return(adapter.dispatch('sealed_folder')()) }}
{% endmacro %}

{% macro duckdb__sealed_folder() %}
    {{ return(env_var('WAREHOUSE_HOME', 'warehouse') ~ '/closed') }}
{% endmacro %}

{#- A cluster knows no home of a warehouse; it is told where the seals are, or has none. -#}
{% macro spark__sealed_folder() %}
    {{ return(env_var('WAREHOUSE_SEALED', '')) }}
{% endmacro %}

{#- Registers the sealed months: one relation per table in schema `sealed`, over all months, typed; empty where
    nothing is sealed. A table named `like` a mart has that mart's columns. -#}
{% macro register_sealed_months() %}
    {%- if execute -%}
        {%- do run_query("create schema if not exists sealed") -%}
        {%- for table in warehouse_sources('sealed') -%}
            {%- do register_sealed_table(table) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro register_sealed_table(table) %}
    {%- set columns = sealed_columns(table) -%}
    {%- set reader = sealed_reader(sealed_folder(), table.name) -%}
    {%- set present = [] -%}
    {%- if reader -%}
        {%- for row in run_query("describe select * from " ~ reader).rows -%}{%- do present.append(row[0]) -%}{%- endfor -%}
    {%- endif -%}
    {%- set references = references_among(present) -%}
    {%- set query -%}
        select
            {% for name, data_type in columns.items() -%}
            cast(
                {%- if name in references %}{{ resealed_id('sealed_rows', name) }}
                {%- else %}{{ 'sealed_rows.' ~ name if name in present else 'null' }}
                {%- endif %} as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
            {% endfor -%}
        {% if reader -%}
        from {{ reader }} as sealed_rows
        {% for name, raw_table in references.items() -%}
        {{ join_ids('raw.reference_ids', raw_table, 'sealed_rows', name) }}
        {% endfor %}
        {%- else -%}
        where false
        {%- endif %}
    {%- endset -%}
    {%- do replace_sealed_relation(table.name, query) -%}
{% endmacro %}

{% macro sealed_columns(table) %}
    {%- set described = table -%}
    {%- if table.meta.get('like') -%}
        {%- set described = graph.nodes['model.' ~ warehouse_package() ~ '.' ~ table.meta['like']] -%}
    {%- endif -%}
    {%- set columns = {} -%}
    {%- for column in described.columns.values() -%}
        {%- do columns.update({column.name: dbt.type_string() if column.data_type == 'string' else column.data_type}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

{#- The select source over all sealed months of a table, or nothing where there are none. -#}
{% macro sealed_reader(folder, name) %}
    {{ return(adapter.dispatch('sealed_reader')(folder, name)) }}
{% endmacro %}

{% macro duckdb__sealed_reader(folder, name) %}
    {%- set files = sql_text(unpatterned(folder) ~ '/[0-9]*/' ~ name ~ '.parquet') -%}
    {%- if run_query("select 1 from glob(" ~ files ~ ") limit 1").rows | length > 0 -%}
        {{ return("read_parquet(" ~ files ~ ", union_by_name = true, hive_partitioning = false)") }}
    {%- endif -%}
{% endmacro %}

{% macro spark__sealed_reader(folder, name) %}
    {%- if folder -%}{{ return("parquet.`" ~ plain_path(folder) ~ "/[0-9]*/" ~ name ~ ".parquet`") }}{%- endif -%}
{% endmacro %}

{% macro replace_sealed_relation(name, query) %}
    {{ return(adapter.dispatch('replace_sealed_relation')(name, query)) }}
{% endmacro %}

{% macro duckdb__replace_sealed_relation(name, query) %}
    {%- do run_query("create or replace table sealed." ~ name ~ " as " ~ query) -%}
{% endmacro %}

{% macro spark__replace_sealed_relation(name, query) %}
    {%- do run_query("create or replace view sealed." ~ name ~ " as " ~ query) -%}
{% endmacro %}
