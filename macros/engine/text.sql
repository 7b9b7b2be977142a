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
