with

points as (

    select * from {{ ref('int_health_points') }}

),

population as (

    select * from {{ ref('int_health_population') }}

),

published_scores as (

    select * from {{ ref('int_health_scores') }}
    where health_score is not null

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
        sum(weights.weight) as coverage,
        sum(weights.weight * points.points) as weighted_points
    from points
    inner join published_scores
        on points.account_id = published_scores.account_id and points.month = published_scores.month
    inner join population on points.account_id = population.account_id and points.month = population.month
    inner join other_weights on population.month_end < other_weights.valid_from
    inner join weights
        on other_weights.score_version = weights.score_version and points.component = weights.component
    where points.is_present
    group by other_weights.score_version, points.account_id, points.month

)

select
    score_version,
    account_id,
    month,
    cast(round(
        cast(cast(weighted_points as double) / cast(coverage as double) as decimal(18, 8)), 1
    ) as decimal(4, 1)) as health_score
from weighed
where coverage > 0
