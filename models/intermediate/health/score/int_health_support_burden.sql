with

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

tickets as (

    select * from {{ ref('int_health_tickets') }}

),

usage_windows as (

    select * from {{ ref('int_usage_windows') }}
    where usage_window = 'health'

),

-- Tickets come from the people who work with it; where nobody knows them, from those who may.
counted as (

    select
        population.account_id,
        population.month,
        versions.ticket_users,
        versions.ticket_min_users,
        tickets.window_days,
        tickets.ticket_count,
        tickets.weighted_tickets,
        usage_windows.active_user_days,
        coalesce(cast(usage_windows.active_users as decimal(22, 4)), population.seats) as users
    from population
    inner join versions on population.score_version = versions.score_version
    inner join tickets on population.account_id = tickets.account_id and population.month = tickets.month
    inner join usage_windows
        on population.account_id = usage_windows.account_id and population.month = usage_windows.month

)

-- No tickets from an account in which nobody is active is silence, not health. A handful of people count as more, so
-- that one ticket of a small account is no trouble yet.
select
    account_id,
    month,
    window_days,
    case
        when ticket_count is null then 'no_data'
        when users is null then 'no_users'
        when active_user_days = 0 then 'silent'
        else 'scored'
    end as situation,
    ticket_count as observations,
    cast(weighted_tickets * ticket_users as decimal(22, 4)) as numerator,
    cast(case when users < ticket_min_users then ticket_min_users else users end as decimal(22, 4)) as denominator
from counted
