{#- The columns that identify a row of a model or seed, by its test of uniqueness; nothing where it has none. -#}
{% macro tested_key(relation) %}
    {%- set found = namespace(key=[]) -%}
    {%- if execute -%}
        {%- for test in graph.nodes.values() if test.resource_type == 'test' and test.test_metadata and test.attached_node -%}
            {%- set node = graph.nodes.get(test.attached_node) -%}
            {%- if node and node.schema == relation.schema and node.alias == relation.identifier -%}
                {%- if test.test_metadata.name == 'unique_combination' -%}
                    {%- set found.key = test.test_metadata.kwargs.columns -%}
                {%- elif test.test_metadata.name == 'unique' and not found.key -%}
                    {%- set found.key = [test.column_name] -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found.key) }}
{% endmacro %}
