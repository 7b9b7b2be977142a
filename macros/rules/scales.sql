{#- SQL columns: the ends of the scale that an answer is read on and of that of its kind, and whether the scale that it
    states is none (its upper end not above its lower). An end that is not stated is that of the kind. -#}
{% macro scale_columns(score, stated, usual) -%}
    {%- set low = 'coalesce(' ~ stated ~ '.scale_min, ' ~ usual ~ '.scale_min)' -%}
    {%- set high = 'coalesce(' ~ stated ~ '.scale_max, ' ~ usual ~ '.scale_max)' -%}
    case when {{ low }} < {{ high }} then {{ low }} else {{ usual }}.scale_min end as read_from,
    case when {{ low }} < {{ high }} then {{ high }} else {{ usual }}.scale_max end as read_to,
    {{ usual }}.scale_min as usual_min,
    {{ usual }}.scale_max as usual_max,
    {{ score }} is not null and {{ low }} >= {{ high }} as is_off_scale
{%- endmacro %}

{#- No answer: tools write 0 where nobody rated, on a scale that begins above it. -#}
{% macro is_not_rated(score) -%}
    ({{ score }} = 0 and read_from > 0)
{%- endmacro %}

{#- An answer that its scale does not have. -#}
{% macro is_outside_scale(score) -%}
    ({{ score }} not between read_from and read_to and not {{ is_not_rated(score) }})
{%- endmacro %}

{#- An answer brought in a straight line to the scale of its kind, to ten places; NULL for what is none. -#}
{% macro on_usual_scale(score) -%}
    case
        when {{ score }} between read_from and read_to
            then cast(
                cast(usual_min as double)
                + cast({{ score }} - read_from as double) * cast(usual_max - usual_min as double)
                / cast(read_to - read_from as double)
                as decimal(18, 10)
            )
    end
{%- endmacro %}
