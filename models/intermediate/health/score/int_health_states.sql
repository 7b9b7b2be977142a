with

scores as (

    select * from {{ ref('int_health_scores') }}

),

bands as (

    select * from {{ ref('int_health_bands') }}

),

trends as (

    select * from {{ ref('int_health_trends') }}

),

alarms as (

    select * from {{ ref('int_health_alarms') }}

),

joined as (

    select
        scores.*,
        bands.state_band,
        trends.delta_1m,
        trends.delta_3m,
        trends.slope_6m,
        trends.trend,
        trends.has_score_drop,
        trends.lasting_drop_from,
        alarms.has_cancel_notice,
        alarms.has_severe_open_ticket,
        alarms.is_past_due,
        alarms.is_newly_past_due,
        nullif(concat_ws(
            '|',
            case when alarms.has_cancel_notice then 'cancel_notice' end,
            case when trends.has_score_drop then 'score_drop' end,
            case when alarms.has_severe_open_ticket then 'severity_1_open' end,
            case when alarms.is_newly_past_due then 'past_due' end
        ), '') as override_reason
    from scores
    inner join alarms on scores.account_id = alarms.account_id and scores.month = alarms.month
    inner join trends on scores.account_id = trends.account_id and scores.month = trends.month
    left join bands on scores.account_id = bands.account_id and scores.month = bands.month

)

select
    account_id,
    month,
    health_score,
    coverage,
    present_weight,
    company_weight,
    unscored_situation,
    is_onboarding,
    case
        when is_onboarding then 'onboarding'
        when override_reason is not null then 'red'
        when health_score is null then 'insufficient_data'
        else state_band
    end as health_band,
    raw_band,
    state_band,
    delta_1m,
    delta_3m,
    slope_6m,
    trend,
    override_reason,
    has_cancel_notice,
    has_score_drop,
    lasting_drop_from,
    has_severe_open_ticket,
    is_past_due,
    is_newly_past_due,
    score_version
from joined
