{#- Fails with every band of a seed that does not end where the next one begins, with what is wrong. `within` names the
    columns of one scale where a seed has several. The first band is open below and the last one above, unless
    `starts_at` and `ends_at` say where the scale ends (as SQL). Where columns say which end belongs to a band
    (`lower_included`, `upper_included`), a border belongs to exactly one of its two. `bands` is their number, if fixed. -#}
{% test bands_leave_no_gap(
    model, lower, upper, within=[], starts_at=none, ends_at=none, lower_included=none, upper_included=none, bands=none
) %}

{%- set scale = 'partition by ' ~ (within | join(', ')) if within else '' -%}
{%- set upwards = 'order by ' ~ lower ~ ' nulls first' %}
with

placed as (

    select
        *,
        row_number() over ({{ scale }} {{ upwards }}) as place,
        count(*) over ({{ scale }}) as band_count,
        lead({{ lower }}) over ({{ scale }} {{ upwards }}) as next_lower
        {%- if lower_included %},
        lead({{ lower_included }}) over ({{ scale }} {{ upwards }}) as next_lower_included
        {%- endif %}
    from {{ model }}

),

judged as (

    select
        *,
        case
            {% if bands -%}
            when band_count <> {{ bands }} then 'wrong number of bands'
            {% endif -%}
            when place = 1 and {{ lower }} is distinct from {{ 'null' if starts_at is none else starts_at }} then 'begins late'
            when place = band_count and {{ upper }} is distinct from {{ 'null' if ends_at is none else ends_at }} then 'ends early'
            when place > 1 and {{ lower }} is null then 'overlap'
            when {{ upper }} <= {{ lower }} then 'empty'
            when place < band_count and {{ upper }} < next_lower then 'gap'
            when place < band_count and {{ upper }} is distinct from next_lower then 'overlap'
            {% if lower_included -%}
            when place < band_count and not {{ upper_included }} and not next_lower_included then 'border in no band'
            when place < band_count and {{ upper_included }} and next_lower_included then 'border in two bands'
            {% endif -%}
        end as problem
    from placed

)

select
    problem,
    {% for column in within -%}
    {{ column }},
    {% endfor -%}
    {{ lower }},
    {{ upper }},
    next_lower
from judged
where problem is not null

{% endtest %}
