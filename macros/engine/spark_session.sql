{#- Settings of a Spark session without which the models would mean something else than on DuckDB:
    - sums and products of decimals keep all their places instead of giving some up for a wider range
    - a timestamp is what it says, in no time zone, and the session's own zone never moves one
    The local profile sets them; a session that somebody else started must have them too. -#}
{% macro spark_settings() %}
    {{ return({
        'spark.sql.decimalOperations.allowPrecisionLoss': 'false',
        'spark.sql.timestampType': 'TIMESTAMP_NTZ',
        'spark.sql.session.timeZone': 'UTC',
    }) }}
{% endmacro %}

{#- Stops with one line where the session has other settings. -#}
{% macro require_spark_settings() %}
    {%- for name, value in spark_settings().items() -%}
        {%- set found = run_query('set ' ~ name).rows[0][1] -%}
        {%- if found != value -%}
            {{ exceptions.raise_compiler_error("this Spark session has " ~ name ~ "=" ~ found ~ ": the models need " ~ value) }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{#- The rows of a seed as literals: the adapter would bind an empty cell as the text None, and end a text at
    its first quotation mark. -#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set statement -%}
        insert into {{ this }} values
        {% for row in agate_table.rows -%}
        (
            {%- for name in agate_table.column_names -%}
            cast({{ spark_literal(row[name]) }} as {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) }})
            {%- if not loop.last %}, {% endif -%}
            {%- endfor -%}
        ){{ ',' if not loop.last }}
        {% endfor %}
    {%- endset -%}
    {%- do adapter.add_query(statement, abridge_sql_log=True) -%}
    {{ return(statement) }}
{% endmacro %}

{#- A cell as a text literal, NULL where it is empty; a cast gives it its type. -#}
{% macro spark_literal(cell) -%}
    {%- if cell is none -%}
    null
    {%- else -%}
    '{{ cell | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
