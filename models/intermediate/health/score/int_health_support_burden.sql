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

)

-- No tickets from an account in which nobody is active is silence, not health.
select
    population.account_id,
    population.month,
    tickets.window_days,
    case
        when tickets.ticket_count is null then 'no_data'
        when population.seats is null then 'no_seats'
        when usage_windows.active_user_days = 0 then 'silent'
        else 'scored'
    end as situation,
    tickets.ticket_count as observations,
    cast(tickets.weighted_tickets * versions.ticket_seats as decimal(22, 4)) as numerator,
    cast(population.seats as decimal(22, 4)) as denominator
from population
inner join versions on population.score_version = versions.score_version
inner join tickets on population.account_id = tickets.account_id and population.month = tickets.month
inner join usage_windows
    on population.account_id = usage_windows.account_id and population.month = usage_windows.month
