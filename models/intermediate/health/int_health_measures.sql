with

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

usage_windows as (

    select * from {{ ref('int_usage_windows') }}
    where usage_window = 'health'

),

feature_windows as (

    select * from {{ ref('int_feature_windows') }}
    where usage_window = 'health'

),

tickets as (

    select * from {{ ref('int_health_tickets') }}

),

responses as (

    select * from {{ ref('int_health_nps') }}

),

login_frequency as (

    select
        population.account_id,
        population.month,
        'login_frequency' as component,
        usage_windows.window_days,
        case
            when not usage_windows.is_covered then 'no_data'
            when usage_windows.has_anonymous_events then 'no_user_ids'
            when population.seats is null then 'no_seats'
            else 'scored'
        end as situation,
        usage_windows.active_user_days as observations,
        usage_windows.active_user_days as numerator,
        population.seats * versions.business_days as denominator
    from population
    inner join versions on population.score_version = versions.score_version
    inner join usage_windows
        on population.account_id = usage_windows.account_id and population.month = usage_windows.month

),

key_features as (

    select
        population.account_id,
        population.month,
        'key_features' as component,
        feature_windows.window_days,
        case
            when feature_windows.key_features_available = 0 then 'no_key_features'
            when not feature_windows.is_covered then 'no_data'
            else 'scored'
        end as situation,
        feature_windows.key_features_used as observations,
        feature_windows.key_features_used as numerator,
        feature_windows.key_features_available as denominator
    from population
    inner join feature_windows
        on population.account_id = feature_windows.account_id and population.month = feature_windows.month

),

-- No tickets from an account in which nobody is active is silence, not health.
support_burden as (

    select
        population.account_id,
        population.month,
        'support_burden' as component,
        tickets.window_days,
        case
            when tickets.ticket_count is null then 'no_data'
            when population.seats is null then 'no_seats'
            when usage_windows.active_user_days = 0 then 'silent'
            else 'scored'
        end as situation,
        tickets.ticket_count as observations,
        tickets.weighted_tickets * versions.ticket_seats as numerator,
        population.seats as denominator
    from population
    inner join versions on population.score_version = versions.score_version
    inner join tickets on population.account_id = tickets.account_id and population.month = tickets.month
    inner join usage_windows
        on population.account_id = usage_windows.account_id and population.month = usage_windows.month

),

nps as (

    select
        population.account_id,
        population.month,
        'nps' as component,
        cast(versions.nps_window_days as integer) as window_days,
        case when responses.respondents is null then 'no_response' else 'scored' end as situation,
        responses.respondents as observations,
        responses.score_sum as numerator,
        responses.respondents as denominator
    from population
    inner join versions on population.score_version = versions.score_version
    left join responses on population.account_id = responses.account_id and population.month = responses.month

),

measured as (

    {% for component in health_components() -%}
    select
        account_id,
        month,
        component,
        window_days,
        situation,
        cast(observations as bigint) as observations,
        cast(numerator as decimal(22, 4)) as numerator,
        cast(denominator as decimal(22, 4)) as denominator
    from {{ component }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    account_id,
    month,
    component,
    window_days,
    situation,
    situation in ('scored', 'silent') as is_present,
    observations,
    case when situation in ('scored', 'silent') then numerator end as numerator,
    case when situation in ('scored', 'silent') then denominator end as denominator,
    case when situation in ('scored', 'silent') then {{ ratio('numerator', 'denominator') }} end as raw_value
from measured
