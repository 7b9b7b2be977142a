with

points as (

    select * from {{ ref('int_health_points') }}
    where month in (select months.month from {{ ref('int_months') }} as months)

),

contributions as (

    select * from {{ ref('int_health_contributions') }}

),

explanations as (

    select * from {{ ref('int_health_explanations') }}

)

select
    points.account_id,
    points.month,
    points.component,
    points.situation,
    cast(points.raw_value as decimal(18, 6)) as raw_value,
    points.numerator,
    points.denominator,
    cast(points.points as decimal(4, 1)) as component_score,
    points.weight,
    contributions.effective_weight,
    contributions.contribution,
    explanations.explanation,
    points.score_version,
    points.is_in_company
from points
inner join contributions
    on
        points.account_id = contributions.account_id
        and points.month = contributions.month
        and points.component = contributions.component
inner join explanations
    on
        points.account_id = explanations.account_id
        and points.month = explanations.month
        and points.component = explanations.component
