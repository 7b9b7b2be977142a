with

weights as (

    select distinct
        version,
        valid_from
    from {{ ref('health_weights') }}

),

rules as (

    select * from {{ ref('health_rules') }}

),

periods as (

    select
        version,
        valid_from,
        lead(valid_from) over (order by valid_from) as valid_to
    from weights

),

settings as (

    select
        {% for rule in health_rule_names() -%}
        max(case when rule = '{{ rule }}' then value end) as {{ rule }},
        {% endfor -%}
        version
    from rules
    group by version

)

select
    {% for rule in health_rule_names() -%}
    settings.{{ rule }},
    {% endfor -%}
    periods.version as score_version,
    periods.valid_from,
    coalesce(periods.valid_to, {{ latest_day() }}) as valid_to
from periods
inner join settings on periods.version = settings.version
