with

population as (

    select * from {{ ref('int_scoring_population') }}

),

holders as (

    select distinct
        month,
        account_id
    from {{ ref('int_key_features') }}

),

last_value_events as (

    select * from {{ ref('int_last_value_events') }}

),

starts as (

    select * from {{ ref('int_usage_starts') }}
    where series = 'events'

),

rules as (

    {{ rules_as_columns('customer_tier_rules', ['dormant_months']) }}

)

-- A subscriber's purchase is the use of what was bought. Who never used it has been silent since the first paid day;
-- where use cannot be told, neither can silence.
select
    population.account_id,
    population.month,
    last_value_events.last_used_on as last_value_event_on,
    case
        when
            not {{ is_silent_for_months(
                'coalesce(last_value_events.last_used_on, population.first_paid_on)',
                'rules.dormant_months', 'population.month_end'
            ) }}
            then false
        when starts.first_day <= {{ add_months('population.month_end', '-rules.dormant_months') }} then true
    end as is_dormant_by_purchase
from population
cross join rules
inner join holders on population.month = holders.month and population.account_id = holders.account_id
inner join starts on population.month = starts.month
left join last_value_events
    on population.month = last_value_events.month and population.account_id = last_value_events.account_id
