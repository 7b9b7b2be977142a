with

points as (

    select * from {{ ref('int_health_points') }}

),

scores as (

    select * from {{ ref('int_health_scores') }}

),

shared as (

    select
        points.account_id,
        points.month,
        points.component,
        scores.health_score,
        case
            when points.is_present and scores.present_weight > 0
                then cast(cast(points.weight as double) / cast(scores.present_weight as double) as decimal(9, 6))
            else 0
        end as effective_weight,
        case
            when points.is_present and scores.present_weight > 0
                then cast(
                    10
                    * cast(points.weight * points.points as double)
                    / cast(scores.present_weight as double) as decimal(18, 8)
                )
            else 0
        end as exact_tenths
    from points
    inner join scores on points.account_id = scores.account_id and points.month = scores.month

),

-- Tenths of a point are dealt out by the largest remainder, so that what a reader adds up is the score.
ranked as (

    select
        *,
        floor(exact_tenths) as whole_tenths,
        10 * health_score - sum(floor(exact_tenths)) over (partition by account_id, month) as tenths_left,
        row_number() over (
            partition by account_id, month
            order by exact_tenths - floor(exact_tenths) desc, {{ health_component_position('component') }}
        ) as remainder_rank
    from shared

)

select
    account_id,
    month,
    component,
    cast(effective_weight as decimal(9, 6)) as effective_weight,
    case
        when health_score is not null then cast(
            (whole_tenths + case when remainder_rank <= tenths_left then 1 else 0 end) * cast(0.1 as decimal(2, 1))
            as decimal(4, 1)
        )
    end as contribution
from ranked
