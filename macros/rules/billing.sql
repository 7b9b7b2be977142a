{#- Day on which an invoice has to be paid; without one, so many days after it was issued. -#}
{% macro due_on(invoice, rules) -%}
    coalesce({{ invoice }}.due_on, {{ add_days(invoice ~ '.issued_on', rules ~ '.default_due_days') }})
{%- endmacro %}
