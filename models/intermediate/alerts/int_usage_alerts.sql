with

observations as (

    select * from {{ ref('int_alert_observations') }}

),

windows as (

    select * from {{ ref('int_usage_windows') }}
    where usage_window = 'health'

),

quiet_accounts as (

    select * from {{ ref('int_quiet_accounts') }}

),

rules as (

    {{ rules_as_columns('alert_rules', ['several_users']) }}

),

-- Nobody can leave where nobody ever was.
measured as (

    select
        windows.account_id,
        observations.observed_on,
        observations.next_on,
        windows.window_days,
        windows.active_users,
        windows.active_days,
        quiet_accounts.last_used_on,
        rules.several_users,
        max(windows.active_users) over (
            partition by windows.account_id
            order by windows.month
            rows between unbounded preceding and 1 preceding
        ) as most_users_before,
        lag(windows.active_users) over (partition by windows.account_id order by windows.month) as users_before
    from windows
    cross join rules
    inner join observations on windows.month = observations.month
    left join quiet_accounts
        on windows.account_id = quiet_accounts.account_id and windows.month = quiet_accounts.month

),

-- Somebody was active inside the window, or it is not only silent but empty.
judged as (

    select
        *,
        case
            when active_users = 0 and most_users_before >= 1 then 'last_user_left'
            when active_users = 1 and most_users_before >= several_users then 'one_user_left'
        end as people_kind,
        last_used_on is not null and active_days > 0 as has_stopped
    from measured

)

select
    account_id,
    people_kind as alert_kind,
    cast(null as {{ dbt.type_string() }}) as subject,
    observed_on as holds_from,
    next_on as holds_until,
    'any' as situation,
    cast(window_days as decimal(22, 6)) as reading,
    cast(case
        when active_users = 0 then coalesce(nullif(users_before, 0), most_users_before) else most_users_before
    end as decimal(22, 6)) as reading_before,
    cast(several_users as decimal(22, 6)) as bound,
    cast(null as {{ dbt.type_string() }}) as words,
    observed_on as evidence_on
from judged
where people_kind is not null
union all
select
    account_id,
    'usage_stopped' as alert_kind,
    cast(null as {{ dbt.type_string() }}) as subject,
    observed_on as holds_from,
    next_on as holds_until,
    'any' as situation,
    cast({{ days_between('last_used_on', 'observed_on') }} as decimal(22, 6)) as reading,
    cast(active_days as decimal(22, 6)) as reading_before,
    cast(window_days as decimal(22, 6)) as bound,
    cast(null as {{ dbt.type_string() }}) as words,
    last_used_on as evidence_on
from judged
where has_stopped
