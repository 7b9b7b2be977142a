with

parts as (

    select * from {{ ref('int_expansion_parts') }}

),

weights as (

    select * from {{ ref('expansion_weights') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['coverage_floor']) }}

),

-- As in the health score, what is missing takes no part: the weights of the rest share the whole score.
weighed as (

    select
        parts.account_id,
        parts.month,
        {% for part in expansion_parts() -%}
        cast(
            max(case when parts.component = '{{ part }}' then round(parts.points, 1) end) as decimal(4, 1)
        ) as {{ part }}_score,
        {% endfor -%}
        coalesce(sum(case when parts.points is not null then weights.weight end), 0) as coverage,
        sum(weights.weight * parts.points) as weighted_points
    from parts
    inner join weights on parts.component = weights.component
    group by parts.account_id, parts.month

)

select
    weighed.account_id,
    weighed.month,
    {% for part in expansion_parts() -%}
    weighed.{{ part }}_score,
    {% endfor -%}
    cast(weighed.coverage as decimal(5, 4)) as expansion_coverage,
    case
        when weighed.coverage >= rules.coverage_floor
            then cast(round(
                cast({{ ratio('weighed.weighted_points', 'weighed.coverage') }} as decimal(18, 8)), 1
            ) as decimal(4, 1))
    end as expansion_score
from weighed
cross join rules
