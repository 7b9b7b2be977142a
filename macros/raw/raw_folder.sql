{#- Where the raw extracts are. -#}
{% macro raw_folder() %}
    {{ return(env_var('WAREHOUSE_RAW', env_var('WAREHOUSE_HOME', 'warehouse') ~ '/raw')) }}
{% endmacro %}

{#- Content of a text file of the raw folder, empty where it is absent. -#}
{% macro raw_text_file(name) %}
    {{ return(adapter.dispatch('raw_text_file')(name)) }}
{% endmacro %}

{% macro duckdb__raw_text_file(name) %}
    {%- set path = raw_folder() ~ '/' ~ name -%}
    {%- set found = run_query("select 1 from glob('" ~ path ~ "')") -%}
    {%- if found.rows | length == 0 -%}{{ return('') }}{%- endif -%}
    {{ return(run_query("select content from read_text('" ~ path ~ "')").rows[0][0]) }}
{% endmacro %}

{#- The command line always writes the settings beside the typed Parquet that Spark reads. -#}
{% macro spark__raw_text_file(name) %}
    {%- set lines = run_query("select value from text.`" ~ raw_folder() ~ '/' ~ name ~ "`") -%}
    {{ return(lines.columns[0].values() | join('\n')) }}
{% endmacro %}

{#- Registers the raw folder. -#}
{% macro register_raw_folder() %}
    {%- if execute -%}
        {{ adapter.dispatch('register_raw_folder')() }}
    {%- endif -%}
{% endmacro %}

{#- Tables of one source of this project, by name. -#}
{% macro warehouse_sources(source_name) %}
    {{ return(
        graph.get('sources', {}).values()
        | selectattr('package_name', 'equalto', warehouse_package())
        | selectattr('source_name', 'equalto', source_name)
        | sort(attribute='name')
    ) }}
{% endmacro %}

{% macro duckdb__register_raw_folder() %}
    {%- do require_plugin() -%}
    {%- set folder = raw_folder() -%}
    {%- set files = run_query(
        "select file from glob('" ~ folder ~ "/*') union all select file from glob('" ~ folder ~ "/*/**/*.parquet')"
    ).columns[0].values() -%}
    {%- if files | length == 0 -%}
        {{ exceptions.raise_compiler_error("no raw data in '" ~ folder ~ "': `make build` or `warehouse sample` makes a sample company") }}
    {%- endif -%}
    {%- do run_query("create schema if not exists raw") -%}
    {%- for table in warehouse_sources('raw') -%}
        {%- set reader = raw_reader(folder, table.name, files) -%}
        {%- if reader -%}
            {%- do replace_raw_relation(table, read_raw_table(table, reader)) -%}
        {%- elif table.meta.get('required') -%}
            {{ exceptions.raise_compiler_error("required table '" ~ table.name ~ "' is missing from '" ~ folder ~ "'") }}
        {%- else -%}
            {%- do replace_raw_relation(table, empty_raw_table(table)) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{#- The functions that DuckDB lacks come from a plugin, which the profile of whoever runs dbt has to name. -#}
{% macro require_plugin() %}
    {%- if run_query("select 1 from duckdb_functions() where function_name = 'nfkc' limit 1").rows | length == 0 -%}
        {{ exceptions.raise_compiler_error(
            "the profile lacks the project's plugin: add `plugins: [{module: expansion_warehouse.plugin}]` to target '"
            ~ target.name ~ "' in profiles.yml, and install the package expansion-warehouse beside dbt"
        ) }}
    {%- endif -%}
{% endmacro %}

{#- Tables are cast once and kept; the ones that can outgrow a disk (`streamed`) stay views over their files. -#}
{% macro replace_raw_relation(table, query) %}
    {%- set kind = 'view' if table.meta.get('streamed') else 'table' -%}
    {%- do run_query("create or replace " ~ kind ~ " raw." ~ table.name ~ " as " ~ query) -%}
{% endmacro %}

{#- Spark reads the typed Parquet that a DuckDB build has exported, so there is nothing left to cast. -#}
{% macro spark__register_raw_folder() %}
    {%- do require_spark_settings() -%}
    {%- do run_query("create schema if not exists raw") -%}
    {%- for table in warehouse_sources('raw') -%}
        {%- do run_query(
            "create or replace view raw." ~ table.name
            ~ " as select * from parquet.`" ~ raw_folder() ~ "/" ~ table.name ~ ".parquet`"
        ) -%}
    {%- endfor -%}
{% endmacro %}

{#- The DuckDB table function that reads a table's files, or nothing where there are none. -#}
{% macro raw_reader(folder, name, files) %}
    {%- set base = folder ~ '/' ~ name -%}
    {%- set parts = namespace(folder=false) -%}
    {%- for file in files -%}
        {%- if file.startswith(base ~ '/') and file.endswith('.parquet') -%}{%- set parts.folder = true -%}{%- endif -%}
    {%- endfor -%}
    {%- if base ~ '.parquet' in files -%}
        {{ return("read_parquet('" ~ base ~ ".parquet', filename = true)") }}
    {%- elif base ~ '.csv' in files -%}
        {#- Nothing is left to guessing: the reader would skip lines that do not fit the others. -#}
        {{ return("read_csv('" ~ base ~ ".csv', all_varchar = true, header = true, filename = true, null_padding = false, delim = ',', quote = '\"', escape = '\"', skip = 0)") }}
    {%- elif parts.folder -%}
        {{ return("read_parquet('" ~ base ~ "/**/*.parquet', filename = true, union_by_name = true)") }}
    {%- endif -%}
{% endmacro %}
