{#- A cut point counts towards a value's score. Cut points are exact fractions (numerator over denominator), and
    the comparison is made without dividing.
    - strict: the cut point lies strictly below the value, so equal values always share a score
    - package: as the R package `rfm` does it, every cut point is moved up by 1 and counts from there on. -#}
{% macro counts_cut_point(value, numerator, denominator) -%}
    {%- if setting('rfm_mode') == 'strict' -%}
    {{ numerator }} < {{ value }} * {{ denominator }}
    {%- elif setting('rfm_mode') == 'package' -%}
    {{ numerator }} + {{ denominator }} <= {{ value }} * {{ denominator }}
    {%- else -%}
    {{ exceptions.raise_compiler_error("rfm_mode must be 'strict' or 'package', not '" ~ setting('rfm_mode') ~ "'") }}
    {%- endif -%}
{%- endmacro %}

{#- Score from the number of cut points that count: recency is better the smaller it is. -#}
{% macro score_from_cut_points(measure, counted) -%}
    case when {{ measure }} = 'recency' then 5 - {{ counted }} else 1 + {{ counted }} end
{%- endmacro %}

{#- First day of the billing window of a month; NULL is all history. -#}
{% macro rfm_window_start(month) -%}
    {%- set months = setting('rfm_window_months') | int -%}
    {%- if months > 0 -%}
    {{ add_months(month, 1 - months) }}
    {%- else -%}
    cast(null as date)
    {%- endif -%}
{%- endmacro %}

{#- What a billing document adds: credit notes and refunds reduce, whatever their sign. -#}
{% macro signed_billing(kind, amount) -%}
    case when {{ kind }} in ('credit_note', 'refund') then -abs({{ amount }}) else {{ amount }} end
{%- endmacro %}

{#- Where the segment of an account comes from, by the columns and CTEs of `fct_rfm`; NULL where it has none. -#}
{% macro rfm_segment_from() -%}
    case
        when unreachable.month is not null and fixed_segments.rfm_segment is not null then 'fixed_limits'
        when segments.rfm_segment is null then null
        when fixed_measures like '%recency%' and fixed_measures like '%frequency%' then 'fixed_limits'
        when fixed_measures like '%recency%' or fixed_measures like '%frequency%' then 'both'
        else 'quantiles'
    end
{%- endmacro %}
