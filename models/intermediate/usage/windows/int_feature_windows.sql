with

windows as (

    select * from {{ ref('int_usage_window_days') }}
    where feature_min_users is not null

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

key_features as (

    select * from {{ ref('int_key_features') }}

),

feature_users as (

    select * from {{ ref('int_feature_users') }}

),

judged as (

    select
        windows.usage_window,
        windows.is_covered,
        windows.window_days,
        population.month,
        population.account_id,
        key_features.feature_key is not null as is_available,
        coalesce(
            {{ is_feature_used('feature_users', 'windows.feature_min_users', 'population.seats') }}, false
        ) as is_used
    from population
    inner join windows on population.knowledge_id = windows.knowledge_id
    left join key_features
        on population.month = key_features.month and population.account_id = key_features.account_id
    left join feature_users
        on
            windows.usage_window = feature_users.usage_window
            and key_features.month = feature_users.month
            and key_features.account_id = feature_users.account_id
            and key_features.product_id = feature_users.product_id
            and key_features.feature_key = feature_users.feature_key

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
