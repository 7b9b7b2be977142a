{#- Months of what is left of a term, as a numerator over the days of the month that they end in: whole anniversary
    months and the days left over, snapped as a line's term is; of a few days their share of a year, over 365. -#}
{% macro months_of_term(line, prefix, is_few_days) -%}
    {%- set whole = line ~ '.' ~ prefix ~ 'months' -%}
    {%- set left = line ~ '.' ~ prefix ~ 'days_left' -%}
    {%- set in_month = line ~ '.' ~ prefix ~ 'days_in_month' -%}
    case
        when {{ is_few_days }}
            then 12 * {{ days_between(line ~ '.covered_from', line ~ '.' ~ prefix ~ 'term_to') }}
        when {{ left }} <= {{ setting('term_snap_days') }} and {{ whole }} > 0 then {{ whole }} * {{ in_month }}
        when {{ in_month }} - {{ left }} <= {{ setting('term_snap_days') }} then ({{ whole }} + 1) * {{ in_month }}
        else {{ whole }} * {{ in_month }} + {{ left }}
    end
{%- endmacro %}

{#- What an exact monthly amount comes to over so many months, in the coins of its currency; NULL where that is more
    than anybody signs. Eight places first: what the twelfth one cut off comes back before the rounding that counts. -#}
{% macro value_of_term(amount, numerator, denominator, minor_unit_digits) -%}
    {%- set trillionths = multiply_divide('(' ~ exact_trillionths(amount) ~ ')', numerator, denominator) -%}
    case
        when abs(cast({{ amount }} as double)) * greatest({{ numerator }}, {{ denominator }}) / {{ denominator }} < 9e15
            then {{ round_to_minor_unit(
                'round(' ~ decimal_from_units('(' ~ trillionths ~ ') * 1000000') ~ ', 8)', minor_unit_digits
            ) }}
    end
{%- endmacro %}

{#- A row that repeats the signature of the version before it was not signed again. -#}
{% macro is_newly_signed(step) -%}
    ({{ step }}.signed_on is not null and (
        {{ step }}.earlier_line_id is null
        or {{ step }}.earlier_line_id <> {{ step }}.contract_line_id
        or ({{ step }}.signed_on is distinct from {{ step }}.earlier_signed_on)
    ))
{%- endmacro %}

{#- Day of a booking: signed, else recorded, but never later than it began; a repeated signature serves where nothing
    was recorded. -#}
{% macro booked_on(step) -%}
    case
        when {{ is_newly_signed(step) }} then {{ step }}.signed_on
        when {{ step }}.known_on is not null then least({{ step }}.known_on, {{ step }}.covered_from)
        else coalesce({{ step }}.signed_on, {{ step }}.covered_from)
    end
{%- endmacro %}

{#- Which of the three it is. -#}
{% macro booked_by(step) -%}
    case
        when {{ is_newly_signed(step) }} then 'signed'
        when {{ step }}.known_on <= {{ step }}.covered_from then 'recorded'
        when {{ step }}.known_on is null and {{ step }}.signed_on is not null then 'signed'
        else 'started'
    end
{%- endmacro %}

{#- What kind of booking a step is; first match wins. -#}
{% macro booking_type(step) -%}
    case
        when {{ step }}.kind = 'one_time' then 'one_time'
        when {{ step }}.kind = 'discount' then 'discount'
        when {{ step }}.is_renewal then 'renewal'
        when {{ step }}.net_new_acv_native < 0 then 'contraction'
        when {{ step }}.net_new_acv_native = 0 then 'extension'
        when {{ step }}.was_paying or {{ step }}.earlier_line_id is not null then 'expansion'
        else 'new'
    end
{%- endmacro %}

{#- A line within what a discount without a line, or an amendment without one, takes from: the account's, or the
    contract's; an amendment's is of its product. -#}
{% macro is_in_wider_scope(reduction, line) -%}
    (
            {{ reduction }}.discount_scope = 'account'
            or {{ reduction }}.contract_id = {{ line }}.contract_id and (
                {{ reduction }}.discount_scope = 'contract'
                or {{ reduction }}.kind = 'amendment'
                and {{ reduction }}.parent_line_id is null
                and {{ reduction }}.product_id = {{ line }}.product_id
            )
        )
{%- endmacro %}

{#- Two relations speak of the same figure of the same month and segment. -#}
{% macro same_plan(left, right) -%}
    {% for column in ['month', 'metric', 'segment_type', 'segment'] -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
