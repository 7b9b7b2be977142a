{#- A discount line that takes a share of its parent instead of an amount. -#}
{% macro is_rate_discount() -%}
    (charge_type = 'discount' and discount_rate > 0 and coalesce(unit_price, 0) = 0)
{%- endmacro %}

{#- A negative recurring charge that names its parent reduces it, as a discount line does. -#}
{% macro settled_charge_type() -%}
    case
        when charge_type = 'recurring' and unit_price < 0 and parent_line_id is not null then 'discount'
        else charge_type
    end
{%- endmacro %}

{#- How a discount line reduces its parent: `rate` or `amount`; NULL on other lines. -#}
{% macro discount_kind() -%}
    case
        when charge_type <> 'discount' then null
        when {{ is_rate_discount() }} then 'rate'
        else 'amount'
    end
{%- endmacro %}

{#- Beyond this a number is not money but a slip; the exact arithmetic is sized for it. -#}
{% macro largest_amount() -%}
    1000000000000000
{%- endmacro %}

{#- A line that money is paid for: trials and free lines are not. A line whose units went to 0 stays in force. -#}
{% macro is_paid_line() -%}
    (charge_type = 'recurring' and not is_trial and unit_price > 0)
{%- endmacro %}

{#- A paid line with units: one of no units is a contract that nobody pays for. -#}
{% macro is_paid_with_units() -%}
    (is_paid_line and quantity > 0)
{%- endmacro %}

{#- Order in which the lines of a product come, of which the first one's plan stands for the product. -#}
{% macro plan_that_stands(plans, lines) -%}
    {{ plans }}.tier_rank desc nulls last, {{ lines }}.mrr desc, {{ lines }}.plan_id asc nulls last,
                {{ lines }}.contract_line_id asc
{%- endmacro %}

{#- Day on which a version of a line was agreed. -#}
{% macro line_agreed_on() -%}
    coalesce(line_versions.signed_on, line_versions.known_on)
{%- endmacro %}
