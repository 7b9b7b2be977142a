{#- Day on which an invoice has to be paid. -#}
{% macro due_on(invoice, rules) -%}
    coalesce({{ invoice }}.due_on, {{ add_days(invoice ~ '.issued_on', rules ~ '.default_due_days') }})
{%- endmacro %}

{#- What an invoice says was paid of it, ever: in full where only the day or the status says so. -#}
{% macro stated_payment(invoice) -%}
    case
        when {{ invoice }}.status = 'paid' then {{ invoice }}.amount
        when {{ invoice }}.paid_amount is not null
            then least(greatest({{ invoice }}.paid_amount, 0), {{ invoice }}.amount)
        when {{ invoice }}.paid_on is not null then {{ invoice }}.amount
        else 0
    end
{%- endmacro %}

{#- What a document is for, as one text: the account, a product of it, or a line with what replaces it. -#}
{% macro scope_name(document) -%}
    {{ document }}.account_id || '|' || coalesce(
        'line ' || {{ document }}.chain_id, 'product ' || {{ document }}.product_id, 'account'
    )
{%- endmacro %}

{#- Whether what a document is for is part of what another one is for, or the same; both are of one account. -#}
{% macro is_within_scope(document, outer_document) -%}
    case
        when {{ outer_document }}.chain_id is not null
            then coalesce({{ document }}.chain_id = {{ outer_document }}.chain_id, false)
        when {{ outer_document }}.product_id is not null
            then coalesce({{ document }}.product_id = {{ outer_document }}.product_id, false)
        else true
    end
{%- endmacro %}
