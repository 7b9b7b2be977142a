{#- When a fact came to be seen: on its own day, if that is after the observation before, else when it was observed,
    because it was recorded late. -#}
{% macro dated_or_observed(day, observation) -%}
    case when {{ day }} > {{ observation }}.previous_on then {{ day }} else {{ observation }}.observed_on end
{%- endmacro %}

{#- The other subjects of a sentence, in brackets at the end of it; nothing where there are none. -#}
{% macro others_in_words(others) -%}
    coalesce(' (also ' || replace({{ others }}, '|', ', ') || ')', '')
{%- endmacro %}

{#- What alerts of a kind have proved; first match wins. -#}
{% macro alert_verdict(alerts, low, high, base_rate, rules) -%}
    case
        when {{ alerts }} < {{ rules }}.min_alerts then 'too_few'
        when {{ low }} > {{ base_rate }} then 'earns_its_place'
        when {{ high }} < {{ base_rate }} then 'below_base'
        else 'no_evidence'
    end
{%- endmacro %}
