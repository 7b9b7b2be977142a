with

windows as (

    select * from {{ ref('int_usage_window_days') }}

),

user_days as (

    select * from {{ ref('int_user_days') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

key_features as (

    select * from {{ ref('int_key_features') }}

),

-- People per feature; an event that names no product may be any product's.
people as (

    select
        windows.usage_window,
        windows.month,
        account_map.paying_account_id as account_id,
        user_days.product_id,
        user_days.feature_key,
        user_days.user_id
    from user_days
    inner join windows
        on user_days.occurred_on between windows.first_day and windows.last_day
        and {{ is_recorded_by('user_days.known_on', 'windows.known_until') }}
    inner join account_map
        on windows.knowledge_id = account_map.knowledge_id and user_days.account_id = account_map.account_id
    group by
        windows.usage_window, windows.month, account_map.paying_account_id,
        user_days.product_id, user_days.feature_key, user_days.user_id

),

used as (

    select
        people.usage_window,
        key_features.month,
        key_features.account_id,
        key_features.product_id,
        key_features.feature_key,
        count(distinct people.user_id) as users,
        sum(case when people.user_id is null then 1 else 0 end) as anonymous_events
    from people
    inner join key_features
        on people.month = key_features.month
        and people.account_id = key_features.account_id
        and people.feature_key = key_features.feature_key
        and coalesce(people.product_id, key_features.product_id) = key_features.product_id
    group by
        people.usage_window, key_features.month, key_features.account_id,
        key_features.product_id, key_features.feature_key

),

judged as (

    select
        windows.usage_window,
        windows.is_covered,
        windows.window_days,
        population.month,
        population.account_id,
        key_features.feature_key is not null as is_available,
        coalesce({{ is_feature_used(
            'used.users', 'used.anonymous_events', 'windows.feature_min_users', 'population.seats'
        ) }}, false) as is_used
    from population
    inner join windows on population.knowledge_id = windows.knowledge_id
    left join key_features
        on population.month = key_features.month and population.account_id = key_features.account_id
    left join used
        on windows.usage_window = used.usage_window
        and key_features.month = used.month
        and key_features.account_id = used.account_id
        and key_features.product_id = used.product_id
        and key_features.feature_key = used.feature_key

)

select
    usage_window,
    month,
    account_id,
    window_days,
    is_covered,
    cast(sum(case when is_available then 1 else 0 end) as integer) as key_features_available,
    case
        when is_covered and max(case when is_available then 1 else 0 end) = 1
            then cast(sum(case when is_used then 1 else 0 end) as integer)
    end as key_features_used
from judged
group by usage_window, month, account_id, window_days, is_covered
