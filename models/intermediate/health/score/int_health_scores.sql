with

points as (

    select * from {{ ref('int_health_points') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

population as (

    select * from {{ ref('int_health_population') }}

),

-- What is missing takes no part: the weights of the rest share the whole score.
weighed as (

    select
        account_id,
        month,
        score_version,
        coalesce(sum(case when is_present then weight end), 0) as coverage,
        sum(case when is_present then weight * points end) as weighted_points,
        concat_ws(
            '|'
            {%- for component in health_components() %},
            max(case when is_present and component = '{{ component }}' then component end)
            {%- endfor %}
        ) as components_present
    from points
    group by account_id, month, score_version

),

scored as (

    select
        weighed.*,
        population.is_onboarding,
        case
            when weighed.coverage >= versions.coverage_floor and weighed.coverage > 0 then cast(round(
                cast(cast(weighed.weighted_points as double) / cast(weighed.coverage as double) as decimal(18, 8)), 1
            ) as decimal(4, 1))
        end as health_score
    from weighed
    inner join versions on weighed.score_version = versions.score_version
    inner join population on weighed.account_id = population.account_id and weighed.month = population.month

)

select
    scored.account_id,
    scored.month,
    scored.score_version,
    scored.is_onboarding,
    cast(scored.coverage as decimal(5, 4)) as coverage,
    scored.components_present,
    scored.health_score,
    {{ raw_health_band('scored.health_score', 'versions') }} as raw_band
from scored
inner join versions on scored.score_version = versions.score_version
