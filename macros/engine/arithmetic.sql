{#- A decimal times a power of ten of at most six zeros, as an exact integer wide enough for products. -#}
{% macro exact_integer(amount, factor) -%}
    {{ return(adapter.dispatch('exact_integer')(amount, factor)) }}
{%- endmacro %}

{#- Without the wider type DuckDB would keep a product of 18 digits to 18 digits, and fail beyond them. -#}
{% macro duckdb__exact_integer(amount, factor) -%}
    cast(cast({{ amount }} as decimal(38, 6)) * {{ factor }} as hugeint)
{%- endmacro %}

{% macro spark__exact_integer(amount, factor) -%}
    cast({{ amount }} * {{ factor }} as decimal(38, 0))
{%- endmacro %}

{#- An amount in units of 10^-12. Twelve places and then twelve zeros would need more than 38 digits on the way, hence
    the point moves twice by six. -#}
{% macro exact_trillionths(amount) -%}
    {{ exact_integer('cast(cast(' ~ amount ~ ' as decimal(28, 12)) * 1000000 as decimal(38, 6))', '1000000') }}
{%- endmacro %}

{#- Integer part and remainder of a division of non-negative integers, both exact. -#}
{% macro integer_quotient(dividend, divisor) -%}
    {{ return(adapter.dispatch('integer_quotient')(dividend, divisor)) }}
{%- endmacro %}

{% macro duckdb__integer_quotient(dividend, divisor) -%}
    (({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}

{#- Spark's `div` is limited to 64 bits; without its remainder a decimal divides exactly. A divisor of 22
    digits leaves the quotient 27: a wider one would make Spark cut it. -#}
{% macro spark__integer_quotient(dividend, divisor) -%}
    cast(
        (({{ dividend }}) - ({{ dividend }}) % ({{ divisor }})) / cast({{ divisor }} as decimal(22, 0))
        as decimal(38, 0)
    )
{%- endmacro %}

{#- amount x multiplier / divisor as an integer, rounded half away from zero. The multiplier and the
    divisor are positive; taking quotient and remainder apart keeps every step within 38 digits. The sign is
    a case because Spark's `sign` is a double, which would make the product one. -#}
{% macro multiply_divide(amount, multiplier, divisor) -%}
    {%- if is_linted() -%}{{ return('(' ~ amount ~ ' * ' ~ multiplier ~ ')') }}{%- endif -%}
    case when {{ amount }} < 0 then -1 else 1 end * (
        {{ integer_quotient('abs(' ~ amount ~ ')', divisor) }} * ({{ multiplier }})
        + {{ integer_quotient(
            '2 * ((abs(' ~ amount ~ ') % (' ~ divisor ~ ')) * (' ~ multiplier ~ ')) + (' ~ divisor ~ ')',
            '2 * (' ~ divisor ~ ')'
        ) }}
    )
{%- endmacro %}

{#- An exact decimal rounded half away from zero to a currency's minor unit. The digits are a column,
    and no engine rounds a decimal by a column, hence the cases. -#}
{% macro round_to_minor_unit(amount, minor_unit_digits) -%}
    case {{ minor_unit_digits }}
        when 0 then cast(round({{ amount }}, 0) as decimal(20, 3))
        when 3 then cast(round({{ amount }}, 3) as decimal(20, 3))
        else cast(round({{ amount }}, 2) as decimal(20, 3))
    end
{%- endmacro %}

{#- The smallest amount of a currency. -#}
{% macro minor_unit(minor_unit_digits) -%}
    case {{ minor_unit_digits }} when 0 then 1.000 when 3 then 0.001 else 0.010 end
{%- endmacro %}

{#- A fraction with its exact numerator and denominator; NULL where there is nothing to divide by. -#}
{% macro ratio(numerator, denominator) -%}
    cast(
        cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
        as double
    )
{%- endmacro %}

{#- Eight hexadecimal digits that look random and depend only on a key and a number: the same on every engine,
    and in text order the same as in number order. -#}
{% macro hash_digits(key, number) -%}
    substring(md5({{ key }} || '|' || cast({{ number }} as {{ dbt.type_string() }})), 1, 8)
{%- endmacro %}
