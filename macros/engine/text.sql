{#- Texts of a group joined by `|` in a given order. -#}
{% macro ordered_list(text, order_by) -%}
    {{ return(adapter.dispatch('ordered_list')(text, order_by)) }}
{%- endmacro %}

{% macro duckdb__ordered_list(text, order_by) -%}
    string_agg({{ text }}, '|' order by {{ order_by }})
{%- endmacro %}

{% macro spark__ordered_list(text, order_by) -%}
    listagg({{ text }}, '|') within group (order by {{ order_by }})
{%- endmacro %}

{#- The text of a key of a JSON object, both given as columns; NULL where the object lacks it. -#}
{% macro json_value(json, key) -%}
    {{ return(adapter.dispatch('json_value')(json, key)) }}
{%- endmacro %}

{% macro duckdb__json_value(json, key) -%}
    json_extract_string({{ json }}, '$."' || {{ key }} || '"')
{%- endmacro %}

{% macro spark__json_value(json, key) -%}
    get_json_object({{ json }}, '$.' || {{ key }})
{%- endmacro %}
