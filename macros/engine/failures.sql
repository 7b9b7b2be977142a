{#- After a run, the first row that each failed test found. -#}
{% macro show_failing_rows(results) %}
    {%- if execute -%}
        {%- for result in results
            if result.node.resource_type == 'test' and result.status == 'fail' and result.node.compiled_code -%}
            {%- set found = run_query("select * from (\n" ~ result.node.compiled_code ~ "\n) as failing limit 1") -%}
            {%- if found.rows | length > 0 -%}
                {%- do log(result.node.name ~ " found " ~ row_in_words(found), info=true) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{#- The first row of a result, its filled columns by name. -#}
{% macro row_in_words(found) %}
    {%- set words = [] -%}
    {%- for name in found.column_names -%}
        {%- set value = found.rows[0][loop.index0] -%}
        {%- if value is not none -%}{%- do words.append(name ~ ' ' ~ value) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(words[:10] | join(', ')) }}
{% endmacro %}
