with

meter_readings as (

    select * from {{ ref('int_meter_readings') }}

),

starts as (

    select * from {{ ref('int_usage_starts') }}
    where series <> 'events'

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

monthly as (

    select
        month,
        account_id,
        meter,
        sum(used) as used
    from meter_readings
    group by month, account_id, meter

)

-- A meter that covers the month shows 0 for an account without readings; before its first reading, nothing.
select
    population.month,
    population.account_id,
    starts.series as meter,
    cast(coalesce(monthly.used, 0) as decimal(22, 6)) as used
from population
inner join starts on population.month = starts.month and population.month >= starts.first_day
left join monthly
    on
        population.month = monthly.month
        and population.account_id = monthly.account_id
        and starts.series = monthly.meter
