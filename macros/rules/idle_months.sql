{#- Months in which the company has no row in `relation`, after the first in which it has one: nothing was held then, and
    a reader of the series sees zeros instead of a hole. Needs a CTE `months`. One series for each value of `keys`. -#}
{% macro idle_months(relation, keys=[]) -%}
    select
        months.month,
        {% for key in keys -%}
        starts.{{ key }},
        {% endfor -%}
        'all' as segment_type,
        'all' as segment
    from months
    inner join (
        select
            {% for key in keys -%}
            {{ key }},
            {% endfor -%}
            min(month) as first_month
        from {{ relation }}
        where segment_type = 'all'
        {{ 'group by ' ~ keys | join(', ') if keys }}
    ) as starts
        on starts.first_month < months.month
    left join {{ relation }} as held
        on
            months.month = held.month
            and held.segment_type = 'all'
            {% for key in keys -%}
            and starts.{{ key }} = held.{{ key }}
            {% endfor -%}
    where held.month is null
{%- endmacro %}
