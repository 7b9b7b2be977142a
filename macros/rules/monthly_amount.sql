{#- A line's exact amount per month in its own currency, excluding tax, to eighteen decimals:
        unit_price x quantity x kept_share x months_denominator / (months_numerator x (1 + tax))
    A price has twelve places, a quantity six, so their product is a whole number of 10^-18. kept_share is what
    discounts leave, and it and the tax have twelve places. Everything is an integer until the last step, so that no
    engine's division can change a cent, and one division rounds. -#}
{% macro monthly_amount(line, terms, kept_share='1') -%}
    {%- set kept = exact_trillionths(kept_share) -%}
    {%- set amount = 'case when ' ~ kept_share ~ ' < 0 then -1 else 1 end * '
        ~ exact_trillionths(line ~ '.unit_price') ~ ' * ' ~ exact_integer(line ~ '.quantity', '1000000') -%}
    {%- set tax = 'case when ' ~ line ~ '.is_tax_inclusive then ' ~ exact_trillionths(line ~ '.tax_rate') ~ ' else 0 end' -%}
    {%- set multiplier = terms ~ '.months_denominator * abs(' ~ kept ~ ')' -%}
    {%- set divisor = exact_integer(terms ~ '.months_numerator', '1') ~ ' * (1000000000000 + ' ~ tax ~ ')' -%}
    {{ decimal_from_units(multiply_divide('(' ~ amount ~ ')', multiplier, divisor)) }}
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

{#- The columns of a joined rate that `reporting_money` reads: <name>_rate, and what an amount is exchanged at first
    where its currency has given way to another. -#}
{% macro rate_columns(currency, rates, name='budget') -%}
    {{ rate_to_reporting(currency, rates ~ '.rate') }} as {{ name }}_rate,
        {{ rates }}.fixed_rate as {{ name }}_fixed_rate,
        {{ rates }}.new_digits as {{ name }}_new_digits
{%- endmacro %}

{#- An amount at the rates of the month of another relation, which is none before its own: rates may change twice between
    the two, once with the fiscal year and once inside it. -#}
{% macro at_rates_of(relation, wanted, amount, stem=none, period=none) -%}
    case {{ wanted }}.rate_period - {{ period or relation }}.rate_period
            when 1 then {{ relation }}.{{ stem or amount }}_at_next_rate
            when 2 then {{ relation }}.{{ stem or amount }}_at_later_rate
            else {{ relation }}.{{ amount }}
        end
{%- endmacro %}

{#- An amount of a currency that has ended in the coins of the one after it; any other amount as it is. -#}
{% macro exchanged(native, rate) -%}
    {%- set digits = rate ~ '_new_digits' -%}
    {%- set units = multiply_divide(
        exact_integer(native, '1000000'),
        'case ' ~ digits ~ ' when 0 then 1000000 when 3 then 1000000000 else 100000000 end',
        exact_trillionths(rate ~ '_fixed_rate')
    ) -%}
    case
        when {{ rate }}_fixed_rate is null then {{ native }}
        else cast({{ from_minor_units(units, digits) }} as decimal(20, 3))
    end
{%- endmacro %}

{#- The digits of the reporting currency as one row, the body of the CTE `reporting` that the macros of money need. -#}
{% macro reporting_currency_digits() -%}
    select coalesce(max(minor_unit_digits), 2) as minor_unit_digits
    from {{ ref('currencies') }}
    where currency = '{{ setting("reporting_currency") }}'
{%- endmacro %}

{#- An amount in the reporting currency, rounded to its minor unit (a CTE `reporting` has its digits). `rate` is what
    the columns of `rate_columns` begin with. -#}
{% macro reporting_money(native, rate, data_type='decimal(19, 3)') -%}
    case
        when {{ is_money(native, rate) }} then cast({{ round_to_minor_unit(
            '(' ~ exchanged(native, rate) ~ ') * cast(' ~ rate ~ '_rate as decimal(18, 8))', 'reporting.minor_unit_digits'
        ) }} as {{ data_type }})
    end
{%- endmacro %}

{#- An amount that has room in the reporting currency; lines without are refused, documents count without their money. -#}
{% macro is_money(native, rate) -%}
    abs(cast({{ native }} as double)) * cast({{ rate }}_rate as double)
    / coalesce(cast({{ rate }}_fixed_rate as double), 1) < 9000000000000000
{%- endmacro %}

{#- The same of a line in the CTE `rated`; 0 while it is not billed. -#}
{% macro billed_money(native, rate, data_type='decimal(19, 3)', is_billed='rated.is_billed') -%}
    case when {{ is_billed }} then {{ reporting_money(native, rate, data_type) }} else 0 end
{%- endmacro %}

{#- An amount of the reporting currency as it is written, with as many places as its coins have. Needs `reporting`. -#}
{% macro money_in_words(amount) -%}
    case reporting.minor_unit_digits
        when 0 then cast(cast({{ amount }} as decimal(18, 0)) as {{ dbt.type_string() }})
        when 3 then cast({{ amount }} as {{ dbt.type_string() }})
        else cast(cast({{ amount }} as decimal(20, 2)) as {{ dbt.type_string() }})
    end
{%- endmacro %}
