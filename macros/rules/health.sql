{#- Components of the health score, in the order in which they are listed and in which ties settle. -#}
{% macro health_components() %}
    {{ return(['login_frequency', 'key_features', 'support_burden', 'nps']) }}
{% endmacro %}

{#- The rows of a seed that hold in each score version, as `score_version` beside the seed's columns: of the versions
    that it builds on, the nearest that states anything for the same keys. -#}
{% macro rows_of_versions(seed, keys) -%}
    select
        stated.*,
        bases.score_version
    from {{ ref(seed) }} as stated
    inner join {{ ref('int_health_version_bases') }} as bases on stated.version = bases.stated_in
    qualify
        rank() over (partition by bases.score_version, stated.{{ keys | join(', stated.') }} order by bases.distance) = 1
{%- endmacro %}

{#- Place of a component in that order. -#}
{% macro health_component_position(component) -%}
    case {{ component }}
        {%- for name in health_components() %}
        when '{{ name }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}

{#- A customer who is still new, for the health band and for the lifecycle stage. -#}
{% macro is_onboarding(tenure_days, rules) -%}
    {{ tenure_days }} < {{ rules }}.onboarding_days
{%- endmacro %}

{#- Points from 0 to 100 on the straight line between two raw values, which may run downwards; beyond them
    the nearer end. Ten decimals: rounding to fewer afterwards brings back what thirds cut off. -#}
{% macro linear_points(raw_value, value_at_0, value_at_100) -%}
    cast(
        greatest(0, least(100,
            100 * ({{ raw_value }} - cast({{ value_at_0 }} as double))
            / (cast({{ value_at_100 }} as double) - cast({{ value_at_0 }} as double))
        ))
        as decimal(18, 10)
    )
{%- endmacro %}

{#- Band of a single score, without history. -#}
{% macro raw_health_band(score, rules) -%}
    case
        when {{ score }} >= {{ rules }}.green_enters_from then 'green'
        when {{ score }} < {{ rules }}.red_enters_below then 'red'
        when {{ score }} is not null then 'yellow'
    end
{%- endmacro %}

{#- Band that two consecutive scores lead to from every band. -#}
{% macro settled_health_band(score, previous_score, rules) -%}
    case
        when {{ previous_score }} is null then {{ raw_health_band(score, rules) }}
        when least({{ score }}, {{ previous_score }}) >= {{ rules }}.green_enters_from then 'green'
        when greatest({{ score }}, {{ previous_score }}) < {{ rules }}.red_enters_below then 'red'
        when {{ leaves_green(score, previous_score, rules) }} and {{ leaves_red(score, previous_score, rules) }} then 'yellow'
    end
{%- endmacro %}

{#- Two consecutive scores that a green account does not survive. -#}
{% macro leaves_green(score, previous_score, rules) -%}
    greatest({{ score }}, {{ previous_score }}) < {{ rules }}.green_leaves_below
{%- endmacro %}

{#- Two consecutive scores that end a red account's trouble. -#}
{% macro leaves_red(score, previous_score, rules) -%}
    least({{ score }}, {{ previous_score }}) >= {{ rules }}.red_leaves_from
{%- endmacro %}

{#- Direction of a change over three months. -#}
{% macro health_trend(delta, rules) -%}
    case
        when {{ delta }} >= {{ rules }}.trend_points then 'up'
        when {{ delta }} <= -{{ rules }}.trend_points then 'down'
        when {{ delta }} is not null then 'flat'
    end
{%- endmacro %}

{#- A number as people write it: whole numbers without decimals, others with one. -#}
{% macro plain_number(number) -%}
    case
        when {{ number }} = floor({{ number }}) then cast(cast({{ number }} as bigint) as {{ dbt.type_string() }})
        else cast(cast({{ number }} as decimal(18, 1)) as {{ dbt.type_string() }})
    end
{%- endmacro %}

{#- How a number moved since the month before, as the end of a phrase; nothing where there was none. -#}
{% macro change_in_words(reading, reading_before) -%}
    case
        when {{ reading }} < {{ reading_before }} then ', down from ' || {{ plain_number(reading_before) }}
        when {{ reading }} > {{ reading_before }} then ', up from ' || {{ plain_number(reading_before) }}
        when {{ reading }} = {{ reading_before }} then ', as the month before'
    end
{%- endmacro %}

{#- A sentence with its placeholders filled. `numbers` maps a placeholder to a text expression. -#}
{% macro fill_sentence(sentence, numbers) -%}
    {%- set filled = namespace(text=sentence) -%}
    {%- for placeholder, number in numbers.items() -%}
        {%- set filled.text = "replace(" ~ filled.text ~ ", '{" ~ placeholder ~ "}', coalesce(" ~ number ~ ", ''))" -%}
    {%- endfor -%}
    {{ filled.text }}
{%- endmacro %}

{#- What a track record proves; first match wins. -#}
{% macro backtest_verdict(events, auc_low, rules) -%}
    case
        when {{ events }} < {{ rules }}.min_events then 'not_enough_events'
        when coalesce({{ auc_low }}, 0) <= {{ rules }}.auc_floor then 'no_signal'
        else 'signal'
    end
{%- endmacro %}

{#- A band that is at most yellow on a condition. -#}
{% macro not_green_when(band, condition) -%}
    case when {{ band }} = 'green' and {{ condition }} then 'yellow' else {{ band }} end
{%- endmacro %}
