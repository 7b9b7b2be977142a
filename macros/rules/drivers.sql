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

{#- MRR of one end of a month at the rate of that month: what opens a fiscal year is valued at the new rate, what somebody
    took over as it was handed over. Needs `transfers`, `month_ends` and `line_mrr`. -#}
{% macro mrr_at_rate() -%}
    case
        when transfers.account_id is not null then transfers.mrr_at_rate
        when month_ends.opens_fiscal_year and not month_ends.is_closing then line_mrr.mrr_next_year
        else line_mrr.mrr
    end
{%- endmacro %}

{#- The same at the next fiscal year's rate; no window that closes in that year has a month inside in which a year opens. -#}
{% macro mrr_at_next_rate() -%}
    case
        when transfers.account_id is not null then transfers.mrr_at_next_rate
        when month_ends.opens_fiscal_year then 0
        else line_mrr.mrr_next_year
    end
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

{#- What changed some lines of a product; first match wins. An account that opens or closes with nothing has one driver.
    Lines that are only at one end of a product that stays are more or fewer of what it has, else something of its
    own. -#}
{% macro driver_of_change() -%}
    case
        when account_opening = 0 or account_closing = 0
            then case when movement in ('churn', 'reactivation') then movement else coalesce(sub_movement, movement) end
        when part <> 'held' then part
        when is_succession then 'plan'
        when product_opening = 0 and was_resting then 'resume'
        when product_opening = 0 and is_add_on then 'add_on'
        when product_opening = 0 then 'cross_sell'
        when product_closing = 0 and is_in_force then 'pause'
        when product_closing = 0 then 'product_drop'
        when not is_priced and is_unit_held then 'seats'
        when not is_priced and opening_at_rate = 0 then 'add_on'
        when not is_priced then 'product_drop'
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

{#- Units that came or went, at the old price; all of the change where a unit costs what it did. Units of two kinds do
    not compare. -#}
{% macro seats_amount(opening, delta) -%}
    cast(case
        when has_new_unit or closing_quantity = opening_quantity then 0
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
