{#- Where the raw extracts are. -#}
{% macro raw_folder() %}
    {{ return(env_var('WAREHOUSE_RAW', env_var('WAREHOUSE_HOME', 'warehouse') ~ '/raw')) }}
{% endmacro %}

{#- Content of a text file of the raw folder, empty where it is absent. -#}
{% macro raw_text_file(name) %}
    {{ return(adapter.dispatch('raw_text_file')(name)) }}
{% endmacro %}

{% macro duckdb__raw_text_file(name) %}
    {%- set path = sql_text(unpatterned(raw_folder() ~ '/' ~ name)) -%}
    {%- set found = run_query("select 1 from glob(" ~ path ~ ")") -%}
    {%- if found.rows | length == 0 -%}{{ return('') }}{%- endif -%}
    {{ return(run_query("select content from read_text(" ~ path ~ ")").rows[0][0]) }}
{% endmacro %}

{#- A value as an SQL string. -#}
{% macro sql_text(value) %}
    {{ return("'" ~ (value | string | replace("'", "''")) ~ "'") }}
{% endmacro %}

{#- A path in which no character is a pattern to DuckDB's readers. -#}
{% macro unpatterned(path) %}
    {{ return(path | replace('[', '[[]') | replace('*', '[*]') | replace('?', '[?]')) }}
{% endmacro %}

{#- The command line always writes the settings beside the typed Parquet that Spark reads. -#}
{% macro spark__raw_text_file(name) %}
    {%- set lines = run_query("select value from text.`" ~ plain_path(raw_folder()) ~ '/' ~ name ~ "`") -%}
    {{ return(lines.columns[0].values() | join('\n')) }}
{% endmacro %}

{#- Registers the raw folder, unless the command that runs dbt has just done so and judged what it found. -#}
{% macro register_raw_folder() %}
    {%- if execute and not env_var('WAREHOUSE_RAW_IS_READ', '') -%}
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
    {%- do run_query("create schema if not exists raw") -%}
    {%- set found = register_input_files(folder) -%}
    {%- if found.files | length == 0 -%}
        {{ exceptions.raise_compiler_error("no raw data in '" ~ folder ~ "': `make build` or `warehouse sample` makes a sample company") }}
    {%- endif -%}
    {%- set readers = {} -%}
    {%- for table in warehouse_sources('raw') -%}
        {%- do readers.update({table.name: raw_reader(found.files | selectattr('raw_table', 'equalto', table.name) | list)}) -%}
    {%- endfor -%}
    {%- do run_query("create or replace table raw.reference_ids as " ~ fold_ids('(' ~ written_ids(readers) ~ ') as written')) -%}
    {%- for table in warehouse_sources('raw') -%}
        {%- set reader = readers[table.name] -%}
        {%- if reader -%}
            {%- do replace_raw_relation(table, read_raw_table(table, reader, found.folder)) -%}
        {%- elif table.meta.get('required') -%}
            {{ exceptions.raise_compiler_error("required table '" ~ table.name ~ "' is missing from '" ~ folder ~ "'") }}
        {%- else -%}
            {%- do replace_raw_relation(table, empty_raw_table(table)) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{#- Lists the files of the raw folder once, for everything that reads them: {folder, files}, each file a dictionary.
    Those of streamed tables are told apart by the hash of their content, which is what the kept days of usage follow
    (`raw.input_files`). -#}
{% macro register_input_files(folder) %}
    {%- set tables, streamed = [], [] -%}
    {%- for table in warehouse_sources('raw') -%}
        {%- do tables.append(table.name) -%}
        {%- if table.meta.get('streamed') -%}{%- do streamed.append(table.name) -%}{%- endif -%}
    {%- endfor -%}
    {%- set cache = env_var('WAREHOUSE_HOME', 'warehouse') ~ '/state/input_hashes.json' -%}
    {%- set arguments = [sql_text(folder), sql_text(tables | join(',')), sql_text(streamed | join(',')), sql_text(cache)] -%}
    {%- set found = fromjson(run_query("select raw_files(" ~ arguments | join(', ') ~ ")").rows[0][0]) -%}
    {%- if found.error -%}{{ exceptions.raise_compiler_error(found.error) }}{%- endif -%}
    {%- set rows = [] -%}
    {%- for file in found.files if file.raw_table in streamed -%}
        {%- do rows.append('(' ~ [sql_text(file.raw_table), sql_text(file.source_file), file.bytes, sql_text(file.sha256)] | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- do run_query("create or replace table raw.input_files (raw_table varchar, source_file varchar, file_bytes bigint, content_hash varchar)") -%}
    {%- if rows -%}{%- do run_query("insert into raw.input_files values " ~ rows | join(', ')) -%}{%- endif -%}
    {{ return(found) }}
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
    {%- for name in warehouse_sources('raw') | map(attribute='name') | list + ['reference_ids'] -%}
        {%- do run_query(
            "create or replace view raw." ~ name ~ " as select * from parquet.`" ~ plain_path(raw_folder()) ~ "/" ~ name ~ ".parquet`"
        ) -%}
    {%- endfor -%}
{% endmacro %}

{#- A path that Spark takes as it is: some signs are patterns to it, and others end the name. -#}
{% macro plain_path(path) %}
    {%- for sign in ['*', '?', '[', ']', '{', '}', '`', '\\', '%'] if sign in path -%}
        {{ exceptions.raise_compiler_error("Spark cannot read '" ~ path ~ "': name the folder without " ~ sign) }}
    {%- endfor -%}
    {{ return(path) }}
{% endmacro %}

{#- The DuckDB table function that reads a table's files, or nothing where there are none. Nothing is left to guessing:
    the reader would skip lines that do not fit the others, and take folders of the path for columns. -#}
{% macro raw_reader(files) %}
    {%- if files -%}
        {%- set patterns = [] -%}
        {%- for file in files -%}{%- do patterns.append(sql_text(file.pattern)) -%}{%- endfor -%}
        {%- set list = '[' ~ patterns | join(', ') ~ ']' -%}
        {%- if files[0].source_file.endswith('.csv') -%}
            {{ return("read_csv(" ~ list ~ ", all_varchar = true, header = true, filename = '_source_path', null_padding = false, delim = ',', quote = '\"', escape = '\"', skip = 0, hive_partitioning = false, max_line_size = 16777216, buffer_size = 33554432)") }}
        {%- else -%}
            {%- set parted = 'true, hive_types_autocast = false' if '=' in files[0].source_file else 'false' -%}
            {{ return("read_parquet(" ~ list ~ ", filename = '_source_path', union_by_name = true, hive_partitioning = " ~ parted ~ ")") }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{#- The columns of a reader by what they mean: {name: [name in the file, type]}. A name means a column of the contract
    whatever its case, its width, the blanks around it and the invisible characters in it; two that mean one are
    refused. -#}
{% macro raw_columns(table, reader) %}
    {%- set present = {} -%}
    {%- set rows = run_query(
        "select column_name, column_type, folded_column(column_name) from (describe select * from " ~ reader ~ ")"
    ).rows -%}
    {%- for row in rows if row[0] != '_source_path' -%}
        {%- set name = row[2] or row[0] -%}
        {%- if name in present and name in table.columns -%}
            {{ exceptions.raise_compiler_error("table '" ~ table.name ~ "' has column '" ~ name ~ "' twice: keep one") }}
        {%- endif -%}
        {%- do present.update({name: [row[0], row[1]]}) -%}
    {%- endfor -%}
    {{ return(present) }}
{% endmacro %}
