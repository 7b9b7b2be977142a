with

windows as (

    select * from {{ ref('int_usage_window_days') }}
    where feature_min_users is not null

),

user_days as (

    select * from {{ ref('int_matched_user_days') }}

),

nobody as (

    {{ users_who_are_nobody() }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

key_features as (

    select * from {{ ref('int_key_features') }}

),

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
        on
            user_days.occurred_on between windows.first_day and windows.last_day
            and {{ is_known('user_days', 'windows') }}
    inner join account_map
        on windows.knowledge_id = account_map.knowledge_id and user_days.account_id = account_map.account_id
    left join nobody on {{ is_nobody('user_days', 'windows') }}
    where nobody.user_id is null
    group by
        windows.usage_window, windows.month, account_map.paying_account_id,
        user_days.product_id, user_days.feature_key, user_days.user_id

)

-- An event that names no product may be any product's.
select
    people.usage_window,
    key_features.month,
    key_features.account_id,
    key_features.product_id,
    key_features.feature_key,
    count(distinct people.user_id) as users,
    max(case when people.user_id is null then 1 else 0 end) = 1 as has_anonymous_events
from people
inner join key_features
    on
        people.month = key_features.month
        and people.account_id = key_features.account_id
        and people.feature_key = key_features.feature_key
        and coalesce(people.product_id, key_features.product_id) = key_features.product_id
group by
    people.usage_window, key_features.month, key_features.account_id,
    key_features.product_id, key_features.feature_key
