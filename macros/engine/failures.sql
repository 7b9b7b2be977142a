{#- After a run, the first rows that each test found that failed or warns: whose they are first. -#}
{% macro show_failing_rows(results) %}
    {%- if execute -%}
        {%- for result in results
            if result.node.resource_type == 'test' and result.status in ('fail', 'warn')
            and result.node.compiled_code -%}
            {%- set failing = run_query(first_rows(result.node.compiled_code)) -%}
            {%- set tested = rows_behind(result.node, failing.column_names) -%}
            {%- set found = run_query(tested) if tested else failing -%}
            {%- if found.rows | length > 0 -%}
                {%- do log(result.node.name ~ " found " ~ rows_in_words(found), info=true) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{#- The first few rows of a query. -#}
{% macro first_rows(query) %}
    {{ return("select * from (\n" ~ query ~ "\n) as failing order by 1 limit 3") }}
{% endmacro %}

{#- Where a test returns values instead of rows, as those of dbt do, the rows of the tested table that hold them. -#}
{% macro rows_behind(node, column_names) %}
    {%- set fields = ['value_field', 'from_field', 'unique_field', node.column_name] -%}
    {%- set field = fields | select('in', column_names) | first -%}
    {%- set model = graph.nodes.get(node.attached_node) -%}
    {%- set is_key_shown = column_names | select('in', naming_columns()) | list | length > 0 -%}
    {%- if is_key_shown or not field or not model or not node.column_name -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(
        "select tested.* from " ~ model.relation_name ~ " as tested where exists (select 1 from (\n"
        ~ node.compiled_code ~ "\n) as failing where failing." ~ field ~ " is not distinct from tested."
        ~ node.column_name ~ ") order by 1 limit 3"
    ) }}
{% endmacro %}

{#- Columns that say whose row it is, in the order in which a person wants them. -#}
{% macro naming_columns() %}
    {{ return([
        'account_id', 'contract_line_id', 'month', 'raw_table', 'raw_key', 'product_id', 'segment_type', 'segment', 'basis'
    ]) }}
{% endmacro %}

{#- Rows of a result, each as its filled columns by name: those that say whose it is, then the first others. -#}
{% macro rows_in_words(found) %}
    {%- set names = naming_columns() | select('in', found.column_names) | list -%}
    {%- set names = names + (found.column_names | reject('in', names) | list) -%}
    {%- set rows = [] -%}
    {%- for row in found.rows -%}
        {%- set words = [] -%}
        {%- for name in names -%}
            {%- set value = row[name] | string -%}
            {%- if row[name] is number and '.' in value -%}
                {%- set value = value.rstrip('0').rstrip('.') -%}
            {%- endif -%}
            {%- if row[name] is not none -%}{%- do words.append(name ~ ' ' ~ value) -%}{%- endif -%}
        {%- endfor -%}
        {%- do rows.append(words[:10] | join(', ')) -%}
    {%- endfor -%}
    {{ return(rows | join('; ')) }}
{% endmacro %}
