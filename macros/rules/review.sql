{#- Which of the values in ascending order stands for the 99th percentile. -#}
{% macro percentile_99_position(count) -%}
    cast(floor(cast(99 * ({{ count }} - 1) as double) / 100) as integer) + 1
{%- endmacro %}

{#- Two lines are known to belong together. -#}
{% macro is_linked(line, other) -%}
    coalesce({{ line }}.chain_id = {{ other }}.chain_id or {{ line }}.contract_id = {{ other }}.contract_id, false)
{%- endmacro %}
