with

{% for name, relation in {
    'observations': ref('int_alert_observations'),
    'key_features': ref('int_key_features'),
}.items() -%}
{{ name }} as (

    select * from {{ relation }}

),

{% endfor -%}
windows as (

    select * from {{ ref('int_usage_window_days') }}
    where usage_window = 'health' and is_covered

),

active_accounts as (

    select * from {{ ref('int_usage_windows') }}
    where usage_window = 'health'

),

feature_users as (

    select * from {{ ref('int_feature_users') }}
    where usage_window = 'health'

),

rules as (

    {{ rules_as_columns('alert_rules', ['feature_months', 'feature_users']) }}

),

-- A feature of several products is used where it is used in one of them.
used as (

    select
        key_features.account_id,
        key_features.month,
        key_features.feature_key,
        coalesce(max(feature_users.users), 0) as users,
        max(case when feature_users.feature_key is null then 0 else 1 end) as is_used
    from key_features
    inner join windows on key_features.knowledge_id = windows.knowledge_id
    left join feature_users
        on
            key_features.account_id = feature_users.account_id
            and key_features.month = feature_users.month
            and key_features.product_id = feature_users.product_id
            and key_features.feature_key = feature_users.feature_key
    group by key_features.account_id, key_features.month, key_features.feature_key

),

counted as (

    select
        used.*,
        case when used.users >= rules.feature_users then 1 else 0 end as is_steady,
        sum(used.is_used) over months_so_far as uses_so_far,
        sum(case when used.users >= rules.feature_users then 0 else 1 end) over months_so_far as pauses_so_far
    from used
    cross join rules
    window months_so_far as (
        partition by used.account_id, used.feature_key order by used.month
        rows between unbounded preceding and current row
    )

),

-- How many months in a row it had been used by enough people.
streaks as (

    select
        *,
        sum(is_steady) over (
            partition by account_id, feature_key, pauses_so_far order by month
            rows between unbounded preceding and current row
        ) as steady_months
    from counted

),

-- A month in which it is used, and the silent ones after it.
silences as (

    select
        *,
        max(case when is_used = 1 then steady_months end) over last_use as steady_months_before,
        max(case when is_used = 1 then users end) over last_use as users_before
    from streaks
    window last_use as (partition by account_id, feature_key, uses_so_far)

)

select
    silences.account_id,
    'key_feature_silent' as alert_kind,
    silences.feature_key as subject,
    observations.observed_on as holds_from,
    observations.next_on as holds_until,
    'any' as situation,
    cast(active_accounts.window_days as decimal(22, 6)) as reading,
    cast(silences.users_before as decimal(22, 6)) as reading_before,
    cast(silences.steady_months_before as decimal(22, 6)) as bound,
    cast(null as {{ dbt.type_string() }}) as words,
    observations.observed_on as evidence_on
from silences
cross join rules
inner join observations on silences.month = observations.month
inner join active_accounts
    on silences.account_id = active_accounts.account_id and silences.month = active_accounts.month
where silences.is_used = 0 and silences.steady_months_before >= rules.feature_months and active_accounts.active_days > 0
