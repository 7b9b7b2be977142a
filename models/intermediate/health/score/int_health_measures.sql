with

measured as (

    {% for component in health_components() -%}
    select
        account_id,
        month,
        '{{ component }}' as component,
        window_days,
        situation,
        situation in (
            {% for situation in health_situations_with_data() -%}
            '{{ situation }}'{{ ',' if not loop.last }}
            {% endfor -%}
        ) as is_present,
        observations,
        numerator,
        denominator
    from {{ ref('int_health_' ~ component) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    account_id,
    month,
    component,
    window_days,
    situation,
    is_present,
    max(case when is_present then 1 else 0 end) over (partition by month, component) = 1 as is_in_company,
    observations,
    case when is_present then numerator end as numerator,
    case when is_present then denominator end as denominator,
    case when is_present then {{ ratio('numerator', 'denominator') }} end as raw_value
from measured
