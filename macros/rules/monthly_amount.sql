{#- A line's exact amount per month in its own currency, excluding tax, to eighteen decimals:
        unit_price x quantity x kept_share x months_denominator / (months_numerator x (1 + tax))
    kept_share is what discounts leave, as a decimal with six places. Everything is an integer until the
    last step, so that no engine's division can change a cent. -#}
{% macro monthly_amount(line, terms, kept_share='1.000000') -%}
    {%- set amount = exact_integer(line ~ '.unit_price', '1000000') ~ ' * ' ~ exact_integer(line ~ '.quantity', '10000')
        ~ ' * ' ~ exact_integer(kept_share, '1000000') -%}
    {%- set tax = 'case when ' ~ line ~ '.is_tax_inclusive then ' ~ exact_integer(line ~ '.tax_rate', '10000') ~ ' else 0 end' -%}
    {%- set multiplier = terms ~ '.months_denominator * 1000000' -%}
    {%- set divisor = exact_integer(terms ~ '.months_numerator', '1') ~ ' * (10000 + ' ~ tax ~ ')' -%}
    {{ decimal_from_units(multiply_divide('(' ~ amount ~ ')', multiplier, divisor)) }}
{%- endmacro %}

{#- What the discount lines of a parent take off it together: their rates, and their exact amounts per month. `lines` are
    those in force. -#}
{% macro discount_totals(lines, terms) -%}
    cast(sum(
        case when {{ lines }}.discount_kind = 'rate' then {{ lines }}.discount_rate else 0 end
    ) as decimal(9, 6)) as discount_rate,
    cast(sum(
        case when {{ lines }}.discount_kind = 'amount' then {{ monthly_amount(lines, terms) }} else 0 end
    ) as decimal(38, 18)) as discount_amount
{%- endmacro %}

{#- A line's exact amount per month after its own discount and those of its discount lines (`discounts`, a left join).
    The one statement of it: MRR and CMRR both rest on it. -#}
{% macro net_monthly_amount(line, terms, discounts) -%}
    {{ monthly_amount(
        line, terms,
        kept_share='greatest(1 - ' ~ line ~ '.discount_rate - coalesce(' ~ discounts ~ '.discount_rate, 0), -1)'
    ) }} + coalesce({{ discounts }}.discount_amount, 0)
{%- endmacro %}

{#- An exact monthly amount as money of its currency. Twelve places first: what eighteen places cut off a sum of thirds
    comes back before the rounding that counts. -#}
{% macro round_monthly_amount(amount, minor_unit_digits) -%}
    {{ round_to_minor_unit('round(' ~ amount ~ ', 12)', minor_unit_digits) }}
{%- endmacro %}

{#- Months that one price covers, in millionths, so that they compare exactly; those of a whole term to the nearest
    month, since a contract of eleven months and a half is no other way of buying than one of twelve. -#}
{% macro billed_months(line, terms) -%}
    {%- set numerator = 'cast(2 * ' ~ terms ~ '.months_numerator as bigint)' -%}
    cast(case
        when {{ line }}.billing_unit = 'term' then 1000000 * {{ integer_quotient(
            numerator ~ ' + ' ~ terms ~ '.months_denominator', '2 * ' ~ terms ~ '.months_denominator'
        ) }}
        else {{ integer_quotient(
            '1000000 * ' ~ numerator ~ ' + ' ~ terms ~ '.months_denominator', '2 * ' ~ terms ~ '.months_denominator'
        ) }}
    end as bigint)
{%- endmacro %}

{#- An integer count of 10^-18 as a decimal with eighteen places. -#}
{% macro decimal_from_units(units) -%}
    {{ return(adapter.dispatch('decimal_from_units')(units)) }}
{%- endmacro %}

{% macro duckdb__decimal_from_units(units) -%}
    cast(
        cast(({{ units }}) // 1000000000000000000 as decimal(20, 0))
        + cast(({{ units }}) % 1000000000000000000 as decimal(18, 0)) * cast(0.000000000000000001 as decimal(18, 18))
        as decimal(38, 18)
    )
{%- endmacro %}

{#- Multiplying keeps every digit where dividing would not. -#}
{% macro spark__decimal_from_units(units) -%}
    cast(
        cast({{ units }} as decimal(38, 0)) * cast(0.000000000000000001 as decimal(18, 18)) as decimal(38, 18)
    )
{%- endmacro %}

{#- The rate from a currency into the one that is reported in, which is worth itself. -#}
{% macro rate_to_reporting(currency, rate) -%}
    case when {{ currency }} = '{{ setting("reporting_currency") }}' then 1 else {{ rate }} end
{%- endmacro %}

{#- The digits of the reporting currency as one row, the body of the CTE `reporting` that the macros of money need. -#}
{% macro reporting_currency_digits() -%}
    select coalesce(max(minor_unit_digits), 2) as minor_unit_digits
    from {{ ref('currencies') }}
    where currency = '{{ setting("reporting_currency") }}'
{%- endmacro %}

{#- An amount in the reporting currency, rounded to its minor unit (a CTE `reporting` has its digits). -#}
{% macro reporting_money(native, rate, data_type='decimal(18, 2)') -%}
    cast({{ round_to_minor_unit(native ~ ' * cast(' ~ rate ~ ' as decimal(18, 8))', 'reporting.minor_unit_digits') }} as {{ data_type }})
{%- endmacro %}

{#- The same of a line in the CTE `rated`; 0 while it is not billed. -#}
{% macro billed_money(native, rate, data_type='decimal(18, 2)') -%}
    case when rated.is_billed then {{ reporting_money(native, rate, data_type) }} else 0 end
{%- endmacro %}
