-- A quarter is three month-ends in a row, all of them known; what an account did then is known by its own past alone.
with

usage_windows as (

    select * from {{ ref('int_usage_windows') }}
    where usage_window = 'health' and active_user_days is not null and (has_named_users or not has_anonymous_events)

),

quarters as (

    select
        month,
        account_id,
        case
            when lag(month, 2) over (partition by account_id order by month) = {{ add_months('month', -2) }} then
                active_user_days
                + lag(active_user_days, 1) over (partition by account_id order by month)
                + lag(active_user_days, 2) over (partition by account_id order by month)
        end as quarter_user_days,
        count(*) over (
            partition by account_id order by month rows between unbounded preceding and 1 preceding
        ) as history_months
    from usage_windows

)

select
    account_id,
    month,
    cast(history_months as integer) as history_months,
    cast(max(quarter_user_days) over (
        partition by account_id order by month rows between unbounded preceding and 1 preceding
    ) as bigint) as best_quarter_user_days
from quarters
