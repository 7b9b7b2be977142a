{#- A discount line that takes a share of its parent instead of an amount. -#}
{% macro is_rate_discount() -%}
    (charge_type = 'discount' and discount_rate > 0 and coalesce(unit_price, 0) = 0)
{%- endmacro %}

{#- A charge outside MRR that says what it comes to instead of a price. -#}
{% macro states_amount() -%}
    (charge_type in ('usage', 'one_time') and amount is not null)
{%- endmacro %}

{#- A negative recurring charge that names its parent reduces it, as a discount line does. -#}
{% macro settled_charge_type() -%}
    case
        when charge_type = 'recurring' and unit_price < 0 and parent_line_id is not null then 'discount'
        else charge_type
    end
{%- endmacro %}

{#- What a discount line reduces where it does not say so: the line that it names, else its contract, else whatever the
    account pays. NULL on other lines. -#}
{% macro settled_discount_scope() -%}
    case
        when {{ settled_charge_type() }} <> 'discount' then null
        when discount_scope is not null then discount_scope
        when parent_line_id is not null then 'line'
        when contract_id is not null then 'contract'
        else 'account'
    end
{%- endmacro %}

{#- Last day of a line: the far end of the calendar means none, and a term that does not renew itself ends with its
    months. -#}
{% macro settled_end() -%}
    case
        when not ({{ is_day_out_of_range('ends_on') }}) then ends_on
        when not auto_renews and term_months > 0
            then {{ add_days(add_months('starts_on', 'term_months'), -1) }}
    end
{%- endmacro %}

{#- A line that needs no price. -#}
{% macro is_priced_otherwise() -%}
    coalesce({{ is_rate_discount() }} or {{ states_amount() }}, false)
{%- endmacro %}

{#- How a discount line reduces its parent: `rate` or `amount`; NULL on other lines. -#}
{% macro discount_kind() -%}
    case
        when charge_type <> 'discount' then null
        when {{ is_rate_discount() }} then 'rate'
        else 'amount'
    end
{%- endmacro %}

{#- What a line comes to, near enough to compare it with a limit: an exact product of slips may have no room. -#}
{% macro rough_amount(unit_price, quantity) -%}
    cast({{ unit_price }} as double) * cast({{ quantity }} as double)
{%- endmacro %}

{#- Quantity x price in the line's currency; NULL where a slip of the keyboard made it longer than any amount. -#}
{% macro native_amount(unit_price, quantity) -%}
    cast(case when abs({{ rough_amount(unit_price, quantity) }}) < 1e19 then {{ quantity }} * {{ unit_price }} end as decimal(28, 6))
{%- endmacro %}

{#- Units of one line beyond which the sum over a product would have no room. -#}
{% macro most_units() -%}
    1000000000000
{%- endmacro %}

{#- Beyond this a number is not money but a slip; the exact arithmetic is sized for it. -#}
{% macro largest_amount() -%}
    1000000000000000
{%- endmacro %}

{#- Money of an invoice, a cost, a proposal or a price list beyond which a thousand of them would have no room. -#}
{% macro is_beyond_documents(amount) -%}
    abs({{ amount }}) > 10000000000000
{%- endmacro %}

{#- A line that money is paid for: trials and free lines are not. What a quantity of 0 is, says `zero_quantity`. -#}
{% macro is_paid_line() -%}
    (
        charge_type = 'recurring' and not is_trial and unit_price > 0
        and quantity {{ '>' if setting('zero_quantity') == 'cancelled' else '>=' }} 0
    )
{%- endmacro %}

{#- A paid line with units: one of no units is a contract that nobody pays for. -#}
{% macro is_paid_with_units() -%}
    (is_paid_line and quantity > 0)
{%- endmacro %}

{#- A version that gives the paid line up, or follows days that nothing covers: it is no rest of what was paid before.
    Needs the plan's tier, and the plan, product and end of the version before it. -#}
{% macro gives_a_line_up() -%}
    (
        {{ days_between('earlier_to', 'covered_from') }} > {{ setting('renewal_grace_days') }}
        or not is_paid_line and (
            tier_rank = 0 or plan_id <> earlier_plan_id or product_id <> earlier_product_id
            {%- if setting('zero_quantity') == 'cancelled' %} or quantity = 0{% endif -%}
        )
    )
{%- endmacro %}

{#- A recurring price for a few days: whether a month can be made of it, other lines have to say. -#}
{% macro is_short_term() -%}
    coalesce(
        billing_unit = 'term'
        and charge_type in ('recurring', 'discount')
        and {{ days_between('starts_on', 'ends_on') }} + 1 < {{ setting('min_term_days') }}, false
    )
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

{#- Digits that a column has no room for, and that move the amount by a millionth of a minor unit or more: dropping them
    is no rounding any more. -#}
{% macro is_too_precise(rounded_by, minor_unit_digits) -%}
    coalesce({{ rounded_by }}, 0) >= 0.000001 * cast({{ minor_unit('coalesce(' ~ minor_unit_digits ~ ', 2)') }} as double)
{%- endmacro %}

{#- A select: the highest rate at which any month of a book values a currency. -#}
{% macro largest_rates(budget_rates) -%}
    select
        currency,
        max(cast(rate as double) / cast(coalesce(fixed_rate, 1) as double)) as rate
    from {{ budget_rates }}
    group by currency
{%- endmacro %}
