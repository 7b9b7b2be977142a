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

)

select
    population.account_id,
    population.month,
    usage_windows.window_days,
    case
        when not usage_windows.is_covered then 'no_data'
        when usage_windows.has_anonymous_events and not usage_windows.has_named_users then 'no_user_ids'
        when population.seats is null then 'no_seats'
        when usage_windows.has_anonymous_events then 'at_least'
        else 'scored'
    end as situation,
    case
        when usage_windows.has_named_users or not usage_windows.has_anonymous_events
            then cast(usage_windows.active_users as bigint)
    end as observations,
    cast(usage_windows.active_user_days as decimal(22, 4)) as numerator,
    cast(cast(population.seats as decimal(28, 6)) * versions.business_days as decimal(22, 4)) as denominator
from population
inner join versions on population.score_version = versions.score_version
inner join usage_windows
    on population.account_id = usage_windows.account_id and population.month = usage_windows.month
