with

population as (

    select * from {{ ref('int_scoring_population') }}

),

key_features as (

    select * from {{ ref('int_key_features') }}

),

last_value_events as (

    select * from {{ ref('int_last_value_events') }}

),

active_weeks as (

    select * from {{ ref('int_value_event_weeks') }}

),

starts as (

    select * from {{ ref('int_usage_starts') }}
    where series = 'events'

),

rules as (

    {{ rules_as_columns('rfm_rules', ['value_event_weeks']) }}

),

holders as (

    select distinct
        month,
        account_id
    from key_features

)

-- Who never used what matters has no last day, and 0 weeks.
select
    population.account_id,
    population.month,
    {{ days_between('last_value_events.last_used_on', 'population.month_end') }} as recency_days,
    cast(coalesce(active_weeks.active_weeks, 0) as integer) as active_weeks
from population
cross join rules
inner join holders on population.account_id = holders.account_id and population.month = holders.month
inner join starts
    on
        population.month = starts.month
        and starts.first_day <= {{ add_days('population.month_end', '1 - 7 * rules.value_event_weeks') }}
left join last_value_events
    on population.account_id = last_value_events.account_id and population.month = last_value_events.month
left join active_weeks
    on population.account_id = active_weeks.account_id and population.month = active_weeks.month
