{#- What a line does at a month-end: it bills, it is paused, or it has a contract and no force (past due, or paused
    for too long). -#}
{% macro line_state() -%}
    case
        when line_mrr.is_billed then 'billed'
        when line_mrr.is_in_force then 'paused'
        else 'lapsed'
    end
{%- endmacro %}

{#- Units that are paid for. -#}
{% macro billed_quantity() -%}
    case when line_mrr.is_billed then line_mrr.quantity else 0 end
{%- endmacro %}

{#- Lines that stop or return under the contract they had stand apart from those that somebody changed. -#}
{% macro part_of_product() -%}
    case
        when opening_state = 'billed' and closing_state = 'paused' then 'pause'
        when opening_state = 'billed' and closing_state = 'lapsed' then 'churn'
        when opening_state = 'paused' and closing_state = 'billed' then 'resume'
        when opening_state = 'lapsed' and closing_state = 'billed' then 'reactivation'
        else 'held'
    end
{%- endmacro %}

{#- What changed a part of a product; first match wins. An account that opens or closes with nothing has one driver. -#}
{% macro driver_of_change() -%}
    case
        when account_opening = 0 or account_closing = 0 then coalesce(sub_movement, movement)
        when part <> 'held' then part
        when is_succession then 'plan'
        when product_opening = 0 and was_resting then 'resume'
        when product_opening = 0 and is_add_on then 'add_on'
        when product_opening = 0 then 'cross_sell'
        when product_closing = 0 and is_in_force then 'pause'
        when product_closing = 0 then 'product_drop'
        when opening_at_rate = 0 or closing_mrr = 0 then 'seats'
        when has_new_plan then 'plan'
        when {{ has_only_new_discount() }} and rate_amount > 0 then 'discount_expiry'
        when has_new_term then 'term_conversion'
        when {{ has_only_new_discount() }} then 'discount_added'
        else 'price'
    end
{%- endmacro %}

{% macro has_only_new_discount() -%}
    (has_new_price and not has_new_list_price)
{%- endmacro %}

{#- Two exact amounts per unit are one price where they differ by less than a billionth: quotients are doubles. -#}
{% macro is_same_unit_price(opening_amount, closing_amount) -%}
    coalesce(
        abs({{ ratio(closing_amount, 'closing_quantity') }} - {{ ratio(opening_amount, 'opening_quantity') }})
        <= 0.000000001 * {{ ratio(opening_amount, 'opening_quantity') }},
        false
    )
{%- endmacro %}

{#- Units that came or went, at the old price; all of the change where a unit costs what it did. -#}
{% macro seats_amount(opening, delta) -%}
    cast(case
        when closing_quantity = opening_quantity then 0
        when not has_new_price then {{ delta }}
        else coalesce({{ round_to_minor_unit(volume_effect(opening), 'reporting.minor_unit_digits') }}, 0)
    end as decimal(18, 2))
{%- endmacro %}

{#- Drivers that a contract may foresee; what comes and goes by itself is no step that anybody agreed on. -#}
{% macro is_contracted_step() -%}
    driver in (
        'seats', 'plan', 'price', 'discount_expiry', 'discount_added', 'term_conversion', 'add_on', 'cross_sell'
    )
{%- endmacro %}
