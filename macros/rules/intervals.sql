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

{#- Wilson's bounds of a count, but for one or two of a kind: there his bound lies too near to what was seen. Needs
    columns z, one_event and two_events, doubles, by the seed `interval_rules`. -#}
{% macro count_low(hits, trials) -%}
    greatest(0, least({{ wilson_low(hits, trials, 'z') }}, {{ rare_events(hits) }} / {{ trials }}))
{%- endmacro %}

{% macro count_high(hits, trials) -%}
    least(1, greatest(
        {{ wilson_high(hits, trials, 'z') }}, 1 - {{ rare_events(trials ~ ' - ' ~ hits) }} / {{ trials }}
    ))
{%- endmacro %}

{% macro rare_events(events) -%}
    case {{ events }} when 1 then one_event when 2 then two_events else cast({{ events }} as double) end
{%- endmacro %}
