{#- How the usage days are kept. DuckDB keeps what earlier builds counted and counts only the days that
    changed; on Spark, whose plain tables cannot lose single rows, every build counts everything. -#}
{% macro usage_materialization() -%}
    {{ return(adapter.dispatch('usage_materialization')()) }}
{%- endmacro %}

{% macro duckdb__usage_materialization() -%} {{ return('incremental') }} {%- endmacro %}

{% macro spark__usage_materialization() -%} {{ return('table') }} {%- endmacro %}

{#- A CTE that is too large to keep while several others read it. -#}
{% macro read_each_time() -%}
    {{ return(adapter.dispatch('read_each_time')()) }}
{%- endmacro %}

{% macro duckdb__read_each_time() -%} not materialized {%- endmacro %}

{% macro spark__read_each_time() -%} {%- endmacro %}

{#- What the kept days depend on besides the files: where they are, which day a moment falls on, what may be
    known, and this version of the rules. Another fingerprint counts everything anew. -#}
{% macro usage_fingerprint() -%}
    {%- set parts = [raw_folder(), setting('business_timezone'), setting('source_timezone'), setting('known_at') or 'everything', 'rules 3'] -%}
    '{{ local_md5(parts | join('|')) }}'
{%- endmacro %}

{#- The raw event files as rows (source_file, file_bytes, content_hash). -#}
{% macro usage_file_list() -%}
    {{ return(adapter.dispatch('usage_file_list')()) }}
{%- endmacro %}

{% macro duckdb__usage_file_list() -%}
    select
        source_file,
        file_bytes,
        content_hash
    from raw.input_files
    where raw_table = 'usage_events'
{%- endmacro %}

{% macro spark__usage_file_list() -%}
    select
        cast(null as string) as source_file,
        cast(null as bigint) as file_bytes,
        cast(null as string) as content_hash
{%- endmacro %}

{#- A number that any change of a row changes, and that adds up over rows in any order. -#}
{% macro row_checksum(columns) -%}
    {{ return(adapter.dispatch('row_checksum')(columns)) }}
{%- endmacro %}

{% macro duckdb__row_checksum(columns) -%}
    cast(hash({{ columns | join(', ') }}) as hugeint)
{%- endmacro %}

{% macro spark__row_checksum(columns) -%}
    cast(xxhash64({{ columns | join(', ') }}) as decimal(38, 0))
{%- endmacro %}

{#- Rows of the kept state that still describe the files: same fingerprint, same content, and not read for a later day
    than this build's. Files that were kept before their content was are read again. -#}
{% macro usage_files_unchanged(state) -%}
    {%- set kept = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
    {%- if 'content_hash' not in kept -%}
    false
    {%- else -%}
    {{ state }}.fingerprint = {{ usage_fingerprint() }}
    and {{ state }}.as_of_date <= {{ as_of_date() }}
    and exists (
        select 1 from ({{ usage_file_list() }}) as listed
        where listed.source_file = {{ state }}.source_file and listed.content_hash = {{ state }}.content_hash
    )
    {%- endif -%}
{%- endmacro %}

{#- Before new files are read: forget what changed files held. Runs in the model's own transaction. -#}
{% macro forget_changed_usage_files() -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} as state where not ({{ usage_files_unchanged('state') }})
    {%- endif -%}
{%- endmacro %}

{#- Before changed days are counted: forget them, and days that no file holds any more. -#}
{% macro forget_changed_usage_days(marks) -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} as kept
    where not exists (
        select 1 from {{ marks }} as marks
        where marks.occurred_on = kept.occurred_on and marks.day_mark = kept.day_mark
    )
    {%- endif -%}
{%- endmacro %}

{#- Only the files that are new or changed, by name, so that the others are not even opened. -#}
{% macro in_changed_usage_files() -%}
    {%- if not (execute and is_incremental()) or model.resource_type == 'unit_test' -%}
    true
    {%- else -%}
    {{ named_values('_source_file', usage_files(
        "select source_file from (" ~ usage_file_list() ~ ") as files where source_file not in ("
        ~ "select state.source_file from " ~ this ~ " as state where " ~ usage_files_unchanged('state') ~ ")"
    )) }}
    {%- endif -%}
{%- endmacro %}

{#- Only the files that hold a day to be counted, by name. -#}
{% macro in_files_of_changed_days(file_days, marks) -%}
    {%- if not (execute and is_incremental()) or model.resource_type == 'unit_test' -%}
    true
    {%- else -%}
    {{ named_values('_source_file', usage_files(
        "select distinct file_days.source_file from " ~ file_days ~ " as file_days inner join " ~ marks
        ~ " as marks on file_days.occurred_on = marks.occurred_on where not exists (select 1 from " ~ this
        ~ " as kept where kept.occurred_on = marks.occurred_on and kept.day_mark = marks.day_mark)"
    )) }}
    {%- endif -%}
{%- endmacro %}

{#- Before rejected events are read: forget those of files that have changed or are gone. -#}
{% macro forget_events_of_changed_files(file_days) -%}
    {%- if execute and is_incremental() -%}
    delete from {{ this }} as kept
    where not exists (
        select 1 from {{ file_days }} as file_days
        where file_days.source_file = kept._source_file and {{ usage_file_mark('file_days') }} = kept.file_mark
    )
    {%- endif -%}
{%- endmacro %}

{#- Only the files with rejected rows that are not kept, by name. -#}
{% macro in_files_with_new_rejects(file_days) -%}
    {%- if not (execute and is_incremental()) or model.resource_type == 'unit_test' -%}
    true
    {%- else -%}
    {{ named_values('_source_file', usage_files(
        "select distinct file_days.source_file from " ~ file_days ~ " as file_days where file_days.rejected_rows > 0"
        ~ " and not exists (select 1 from " ~ this ~ " as kept where kept._source_file = file_days.source_file"
        ~ " and kept.file_mark = " ~ usage_file_mark('file_days') ~ ")"
    )) }}
    {%- endif -%}
{%- endmacro %}

{#- Only the files of the days on which an unknown account or an ambiguous id has events, by name. -#}
{% macro in_files_with_orphans(file_days, usage_daily, accounts) -%}
    {%- if not execute or model.resource_type == 'unit_test' or load_relation(file_days) is none or load_relation(usage_daily) is none -%}
    true
    {%- else -%}
    {{ named_values('_source_file', usage_files(
        "select distinct file_days.source_file from " ~ file_days ~ " as file_days where file_days.occurred_on in ("
        ~ "select usage_daily.occurred_on from " ~ usage_daily ~ " as usage_daily left join " ~ accounts
        ~ " as accounts on usage_daily.account_id = accounts.account_id and accounts.is_valid"
        ~ " where usage_daily.is_ambiguous or accounts.account_id is null)"
    )) }}
    {%- endif -%}
{%- endmacro %}

{#- The first column of a query that names files. -#}
{% macro usage_files(query) -%}
    {{ return(run_query(query).columns[0].values()) }}
{%- endmacro %}

{% macro named_values(column, values) -%}
    {%- if values | length == 0 -%}
    false
    {%- else -%}
    {{ column }} in (
        {%- for value in values | sort %}'{{ value | replace("'", "''") }}'{% if not loop.last %}, {% endif %}{% endfor -%}
    )
    {%- endif -%}
{%- endmacro %}
