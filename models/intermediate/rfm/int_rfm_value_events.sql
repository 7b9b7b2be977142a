with

usage_days as (

    select * from {{ ref('int_usage_first_months') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

key_features as (

    select * from {{ ref('int_key_features') }}

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

starts as (

    select * from {{ ref('int_usage_starts') }}
    where series = 'events'

),

rules as (

    select cast(value as integer) as weeks from {{ ref('rfm_rules') }}
    where rule = 'value_event_weeks'

),

-- Of use that happened long ago only its last day matters.
last_days as (

    select
        account_id,
        product_id,
        feature_key,
        first_month,
        max(occurred_on) as last_used_on
    from usage_days
    group by account_id, product_id, feature_key, first_month

),

last_value_events as (

    select
        key_features.month,
        key_features.account_id,
        max(last_days.last_used_on) as last_used_on
    from last_days
    inner join knowledge on last_days.first_month <= knowledge.closing_month
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and last_days.account_id = account_map.account_id
    inner join key_features
        on
            knowledge.closing_month = key_features.month
            and account_map.paying_account_id = key_features.account_id
            and last_days.feature_key = key_features.feature_key
            and coalesce(last_days.product_id, key_features.product_id) = key_features.product_id
    group by key_features.month, key_features.account_id

),

-- Weeks are counted back from the month-end, seven days each.
active_weeks as (

    select
        key_features.month,
        key_features.account_id,
        count(distinct floor({{ days_between('usage_days.occurred_on', 'knowledge.map_date') }} / 7)) as active_weeks
    from usage_days
    cross join rules
    inner join knowledge
        on
            usage_days.first_month <= knowledge.closing_month
            and usage_days.occurred_on <= knowledge.map_date
            and usage_days.occurred_on > {{ add_days('knowledge.map_date', '-7 * rules.weeks') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and usage_days.account_id = account_map.account_id
    inner join key_features
        on
            knowledge.closing_month = key_features.month
            and account_map.paying_account_id = key_features.account_id
            and usage_days.feature_key = key_features.feature_key
            and coalesce(usage_days.product_id, key_features.product_id) = key_features.product_id
    group by key_features.month, key_features.account_id

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
        and starts.first_day <= {{ add_days('population.month_end', '1 - 7 * rules.weeks') }}
left join last_value_events
    on population.account_id = last_value_events.account_id and population.month = last_value_events.month
left join active_weeks
    on population.account_id = active_weeks.account_id and population.month = active_weeks.month
