with

states as (

    select * from {{ ref('int_health_states') }}
    where month in (select months.month from {{ ref('int_months') }} as months)

),

sentences as (

    {{ rows_of_versions('health_explanations', ['component', 'situation']) }}

)

select
    states.account_id,
    states.month,
    states.health_score,
    states.coverage,
    states.health_band,
    states.raw_band,
    states.state_band,
    states.delta_1m,
    states.delta_3m,
    states.slope_6m,
    states.trend,
    states.override_reason,
    states.has_cancel_notice,
    states.has_score_drop,
    states.has_severe_open_ticket,
    states.is_past_due,
    states.score_version,
    states.present_weight,
    states.company_weight,
    sentences.sentence as unscored_because
from states
left join sentences
    on
        states.score_version = sentences.score_version
        and states.unscored_situation = sentences.situation
        and sentences.component = 'score'
