{#- Day on which an invoice has to be paid. -#}
{% macro due_on(invoice, rules) -%}
    coalesce({{ invoice }}.due_on, {{ add_days(invoice ~ '.issued_on', rules ~ '.default_due_days') }})
{%- endmacro %}
