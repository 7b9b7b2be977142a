with

windows as (

    select * from {{ ref('int_usage_window_days') }}

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

population as (

    select * from {{ ref('int_scoring_population') }}

),

-- One row per person and day; events that name nobody make one row per day, on which there was somebody.
active_days as (

    select
        windows.usage_window,
        windows.month,
        account_map.paying_account_id as account_id,
        user_days.user_id,
        user_days.occurred_on,
        sum(case when {{ is_login() }} then user_days.quantity else 0 end) as logins
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
        windows.usage_window, windows.month, account_map.paying_account_id, user_days.user_id, user_days.occurred_on

),

measured as (

    select
        usage_window,
        month,
        account_id,
        count(distinct user_id) as named_users,
        count(user_id) as named_user_days,
        count(distinct case when user_id is not null then occurred_on end) as named_days,
        count(distinct occurred_on) as active_days,
        sum(logins) as logins,
        count(*) > count(user_id) as has_anonymous_events
    from active_days
    group by usage_window, month, account_id

)

select
    windows.usage_window,
    population.month,
    population.account_id,
    windows.window_days,
    windows.is_covered,
    coalesce(measured.has_anonymous_events, false) as has_anonymous_events,
    coalesce(measured.named_users, 0) > 0 as has_named_users,
    case
        when not windows.is_covered then null
        when measured.named_users = 0 then 1
        else coalesce(measured.named_users, 0)
    end as active_users,
    case
        when windows.is_covered
            then coalesce(measured.named_user_days + measured.active_days - measured.named_days, 0)
    end as active_user_days,
    case when windows.is_covered then coalesce(measured.active_days, 0) end as active_days,
    case when windows.is_covered then cast(round(coalesce(measured.logins, 0), 0) as bigint) end as logins
from population
inner join windows on population.knowledge_id = windows.knowledge_id
left join measured
    on
        windows.usage_window = measured.usage_window
        and population.month = measured.month
        and population.account_id = measured.account_id
