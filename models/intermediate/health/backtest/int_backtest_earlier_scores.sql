with

points as (

    select * from {{ ref('int_health_points') }}

),

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

stated as (

    select * from {{ ref('health_versions') }}

),

weights as (

    {{ rows_of_versions('health_weights', ['component']) }}

),

-- Other cut-offs or rules would have made other points.
with_rules_of_their_own as (

    {% for seed in ['health_normalisation', 'health_rules', 'health_severity_weights'] -%}
    select version from {{ ref(seed) }}
    {{ 'union distinct' if not loop.last }}
    {% endfor %}

),

other_weights as (

    select
        stated.version as score_version,
        coalesce(stated.valid_from, {{ latest_day() }}) as valid_from
    from stated
    left join with_rules_of_their_own on stated.version = with_rules_of_their_own.version
    where with_rules_of_their_own.version is null

),

weighed as (

    select
        other_weights.score_version,
        points.account_id,
        points.month,
        versions.coverage_floor,
        coalesce(sum(case when points.is_present then weights.weight end), 0) as coverage,
        sum(case when points.is_present then weights.weight * points.points end) as weighted_points
    from points
    inner join population on points.account_id = population.account_id and points.month = population.month
    inner join versions on points.score_version = versions.score_version
    inner join other_weights on population.month_end < other_weights.valid_from
    inner join weights
        on other_weights.score_version = weights.score_version and points.component = weights.component
    group by other_weights.score_version, points.account_id, points.month, versions.coverage_floor

)

select
    score_version,
    account_id,
    month,
    {{ weighed_health_score('weighted_points', 'coverage', 'coverage_floor') }} as health_score
from weighed
