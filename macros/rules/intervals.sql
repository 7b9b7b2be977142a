{#- Wilson bounds of a share: what part of all may have been drawn from. `z` is a standard normal quantile. -#}
{% macro wilson_low(hits, trials, z) -%}
    {{ wilson_bound(hits, trials, z, '-') }}
{%- endmacro %}

{% macro wilson_high(hits, trials, z) -%}
    {{ wilson_bound(hits, trials, z, '+') }}
{%- endmacro %}

{#- Newcombe's bound of the difference of two shares, from the Wilson bounds of both. -#}
{% macro newcombe_bound(first, near, second, far, side) -%}
    {{ first }} - {{ second }} {{ side }} sqrt(
        ({{ first }} - {{ near }}) * ({{ first }} - {{ near }})
        + ({{ far }} - {{ second }}) * ({{ far }} - {{ second }})
    )
{%- endmacro %}

{% macro wilson_bound(hits, trials, z, side) -%}
    (
        cast({{ hits }} as double) + {{ z }} * {{ z }} / 2 {{ side }} {{ z }} * sqrt(
            cast({{ hits }} as double) * cast({{ trials }} - {{ hits }} as double)
            / nullif(cast({{ trials }} as double), 0) + {{ z }} * {{ z }} / 4
        )
    ) / (cast({{ trials }} as double) + {{ z }} * {{ z }})
{%- endmacro %}
