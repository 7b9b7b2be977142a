with

points as (

    select * from {{ ref('int_health_points') }}

),

contributions as (

    select * from {{ ref('int_health_contributions') }}

),

sentences as (

    select * from {{ ref('health_explanations') }}

),

explained as (

    select
        points.*,
        contributions.effective_weight,
        contributions.contribution,
        {{ fill_sentence('sentences.sentence', {
            'days': plain_number('points.window_days'),
            'numerator': plain_number('points.numerator'),
            'denominator': plain_number('points.denominator'),
            'observations': plain_number('points.observations'),
            'seats': plain_number('points.seats'),
            'raw': plain_number('cast(points.raw_value as decimal(18, 1))'),
            'percent': plain_number('cast(100 * points.raw_value as decimal(18, 1))'),
            'score': plain_number('cast(points.points as decimal(18, 1))'),
        }) }} as explanation
    from points
    inner join contributions
        on
            points.account_id = contributions.account_id
            and points.month = contributions.month
            and points.component = contributions.component
    left join sentences
        on
            points.score_version = sentences.version
            and points.component = sentences.component
            and points.situation = sentences.situation

)

select
    account_id,
    month,
    component,
    situation,
    cast(raw_value as decimal(18, 6)) as raw_value,
    numerator,
    denominator,
    cast(points as decimal(4, 1)) as component_score,
    weight,
    effective_weight,
    contribution,
    explanation,
    score_version
from explained
