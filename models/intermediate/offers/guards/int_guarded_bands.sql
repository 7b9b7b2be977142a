with

population as (

    select * from {{ ref('int_scoring_population') }}

),

-- Notice and overdue payments have a guard of their own: the band that guards is the one without them.
health as (

    select
        *,
        case
            when is_onboarding then 'onboarding'
            when has_score_drop or has_severe_open_ticket then 'red'
            when health_score is null then 'insufficient_data'
            else state_band
        end as own_band
    from {{ ref('int_health_states') }}

),

quiet_accounts as (

    select * from {{ ref('int_quiet_accounts') }}

)

-- Inside a month the last month-end counts too: the worse of both bands guards. Who has fallen silent is not green.
select
    population.account_id,
    population.month,
    {{ not_green_when('health.health_band', 'quiet_accounts.account_id is not null') }} as health_band,
    health.health_score,
    month_end_health.health_band as month_end_band,
    case
        when health.own_band = 'red' or month_end_health.own_band = 'red' then 'red'
        when health.own_band is null then 'insufficient_data'
        when month_end_health.own_band = 'yellow' then {{ not_green_when('health.own_band', 'true') }}
        else {{ not_green_when('health.own_band', 'quiet_accounts.account_id is not null') }}
    end as guarded_band,
    coalesce(health.has_cancel_notice, false) as has_cancel_notice,
    coalesce(health.is_past_due, false) as is_past_due,
    quiet_accounts.last_used_on as quiet_since
from population
left join health on population.account_id = health.account_id and population.month = health.month
left join health as month_end_health
    on
        population.account_id = month_end_health.account_id
        and population.knowledge_id = 'today'
        and month_end_health.month = {{ add_months('population.month', -1) }}
left join quiet_accounts
    on population.account_id = quiet_accounts.account_id and population.month = quiet_accounts.month
