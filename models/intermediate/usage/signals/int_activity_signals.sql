-- People's days say more than the account's days, which stop growing once somebody is there every day.
with

usage_windows as (

    select
        *,
        case when has_anonymous_events then active_days else active_user_days end as activity,
        has_anonymous_events as is_by_account_days
    from {{ ref('int_usage_windows') }}

),

rules as (

    {{ rules_as_columns('usage_rules', ['rising_ratio']) }}

)

select
    last_30.account_id,
    last_30.month,
    last_30.activity as activity_30d,
    before_30.activity as activity_before_30d,
    last_30.activity > before_30.activity
    and last_30.activity >= before_30.activity * rules.rising_ratio as is_usage_rising
from usage_windows as last_30
cross join rules
inner join usage_windows as before_30
    on
        last_30.account_id = before_30.account_id
        and last_30.month = before_30.month
        and last_30.is_by_account_days = before_30.is_by_account_days
        and before_30.usage_window = 'before_30'
where last_30.usage_window = 'last_30'
