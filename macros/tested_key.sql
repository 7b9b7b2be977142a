{#- The columns that identify a row of a model or seed, by its test of uniqueness; nothing where it has none.

    dbt makes a dictionary of every node that is looked at, which for all nodes takes longer than the test that asks.
    A test's id begins with its kind and the model's name, so only those that may be meant are looked at. -#}
{% macro tested_key(relation) %}
    {%- set found = namespace(key=[]) -%}
    {%- for id in graph.nodes if execute and id.startswith('test.') and '.unique_' in id and relation.identifier in id -%}
        {%- set test = graph.nodes[id] -%}
        {%- set node = graph.nodes.get(test.attached_node) if test.test_metadata else none -%}
        {%- if node and node.schema == relation.schema and node.alias == relation.identifier -%}
            {%- if test.test_metadata.name == 'unique_combination' -%}
                {%- set found.key = test.test_metadata.kwargs.columns -%}
            {%- elif test.test_metadata.name == 'unique' and not found.key -%}
                {%- set found.key = [test.column_name] -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found.key) }}
{% endmacro %}
