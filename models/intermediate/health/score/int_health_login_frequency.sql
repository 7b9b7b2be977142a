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

own_bests as (

    select * from {{ ref('int_health_own_bests') }}

),

peer_levels as (

    select * from {{ ref('int_health_peer_levels') }}

),

-- Where the company's usage names nobody, silence is no zero of people either. What full use is: the days of the seats;
-- without seats the own past, and until there is one, the peers.
compared as (

    select
        population.account_id,
        population.month,
        usage_windows.window_days,
        usage_windows.is_covered,
        usage_windows.has_anonymous_events,
        usage_windows.has_named_users,
        max(case when usage_windows.has_anonymous_events then 1 else 0 end) over (partition by population.month) = 1
        and max(case when usage_windows.has_named_users then 1 else 0 end) over (partition by population.month) = 0
            as is_nobody_named,
        usage_windows.active_users,
        usage_windows.active_user_days,
        cast(population.seats as decimal(28, 6)) * versions.business_days as seat_days,
        case
            when own_bests.history_months >= versions.own_history_months and own_bests.best_quarter_user_days > 0
                then {{ ratio('own_bests.best_quarter_user_days', '3') }}
        end as own_user_days,
        coalesce(own_size.peer_user_days, everybody.peer_user_days) as peer_user_days
    from population
    inner join versions on population.score_version = versions.score_version
    inner join usage_windows
        on population.account_id = usage_windows.account_id and population.month = usage_windows.month
    left join own_bests on population.account_id = own_bests.account_id and population.month = own_bests.month
    left join peer_levels as own_size
        on
            population.score_version = own_size.score_version
            and population.size_band = own_size.size_band
            and population.month >= own_size.frozen_month
    left join peer_levels as everybody
        on
            population.score_version = everybody.score_version
            and everybody.size_band is null
            and population.month >= everybody.frozen_month

)

select
    account_id,
    month,
    window_days,
    case
        when not is_covered then 'no_data'
        when is_nobody_named or has_anonymous_events and not has_named_users then 'no_user_ids'
        when seat_days is not null and has_anonymous_events then 'at_least'
        when seat_days is not null then 'scored'
        when own_user_days is not null then 'own_best'
        when peer_user_days > 0 then 'peers'
        else 'no_history'
    end as situation,
    case when has_named_users or not has_anonymous_events then cast(active_users as bigint) end as observations,
    cast(active_user_days as decimal(22, 4)) as numerator,
    cast(coalesce(seat_days, own_user_days, nullif(peer_user_days, 0)) as decimal(22, 4)) as denominator
from compared
