with

usage_daily as (

    select * from {{ ref('int_usage_daily') }}

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

-- The first month that sees a day's events: it reaches them, and its close knew of them.
recordings as (

    select distinct
        occurred_on,
        coalesce(known_on, {{ earliest_day() }}) as known_on
    from usage_daily

),

first_months as (

    select
        recordings.occurred_on,
        recordings.known_on,
        min(knowledge.closing_month) as first_month
    from recordings
    inner join knowledge
        on recordings.occurred_on <= knowledge.map_date and recordings.known_on <= knowledge.known_until
    group by recordings.occurred_on, recordings.known_on

),

first_known as (

    select
        usage_daily.account_id,
        usage_daily.product_id,
        usage_daily.feature_key,
        usage_daily.occurred_on,
        min(first_months.first_month) as first_month
    from usage_daily
    inner join first_months
        on usage_daily.occurred_on = first_months.occurred_on
        and coalesce(usage_daily.known_on, {{ earliest_day() }}) = first_months.known_on
    group by usage_daily.account_id, usage_daily.product_id, usage_daily.feature_key, usage_daily.occurred_on

),

-- Of use that happened long ago only its last day matters.
last_days as (

    select
        account_id,
        product_id,
        feature_key,
        first_month,
        max(occurred_on) as last_used_on
    from first_known
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
        on knowledge.closing_month = key_features.month
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
        count(distinct floor({{ days_between('first_known.occurred_on', 'knowledge.map_date') }} / 7)) as active_weeks
    from first_known
    cross join rules
    inner join knowledge
        on first_known.first_month <= knowledge.closing_month
        and first_known.occurred_on <= knowledge.map_date
        and first_known.occurred_on > {{ add_days('knowledge.map_date', '-7 * rules.weeks') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and first_known.account_id = account_map.account_id
    inner join key_features
        on knowledge.closing_month = key_features.month
        and account_map.paying_account_id = key_features.account_id
        and first_known.feature_key = key_features.feature_key
        and coalesce(first_known.product_id, key_features.product_id) = key_features.product_id
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
    on population.month = starts.month
    and starts.first_day <= {{ add_days('population.month_end', '1 - 7 * rules.weeks') }}
left join last_value_events
    on population.account_id = last_value_events.account_id and population.month = last_value_events.month
left join active_weeks
    on population.account_id = active_weeks.account_id and population.month = active_weeks.month
