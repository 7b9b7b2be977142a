with

usage_months as (

    select * from {{ ref('int_usage_months') }}
    where month in (select months.month from {{ ref('int_months') }} as months)

),

rules as (

    {{ rules_as_columns('usage_rules', ['rising_ratio', 'falling_ratio']) }}

),

-- People's days say more than the account's days, which stop growing once somebody is there every day.
measured as (

    select
        *,
        case when has_anonymous_use then active_days else active_user_days end as activity,
        {{ ratio('seats_used', 'seats') }} as seat_utilisation,
        {{ ratio('storage_used_gb', 'storage_gb_limit') }} as storage_utilisation,
        {{ ratio('api_calls', 'api_call_limit') }} as api_utilisation
    from usage_months

),

compared as (

    select
        measured.*,
        case when not previous.has_anonymous_use then previous.active_users end as active_users_before,
        previous.active_days as active_days_before,
        previous.logins as logins_before,
        previous.key_features_used as key_features_used_before,
        previous.seat_utilisation as seat_utilisation_before,
        case
            when previous.has_anonymous_use = measured.has_anonymous_use then previous.activity
        end as activity_before
    from measured
    left join measured as previous
        on measured.account_id = previous.account_id and previous.month = {{ add_months('measured.month', -1) }}

)

select
    compared.account_id,
    compared.month,
    cast(compared.active_users as integer) as active_users,
    cast(compared.active_user_days as integer) as active_user_days,
    cast(compared.active_days as integer) as active_days,
    compared.logins,
    compared.key_features_used,
    compared.key_features_available,
    compared.seats,
    cast(compared.seats_used as decimal(22, 6)) as seats_used,
    compared.seat_utilisation,
    compared.storage_used_gb,
    compared.storage_gb_limit,
    compared.storage_utilisation,
    compared.api_calls,
    compared.api_call_limit,
    compared.api_utilisation,
    case
        when not compared.has_anonymous_use
            then cast(compared.active_users - compared.active_users_before as integer)
    end as active_users_change,
    cast(compared.active_days - compared.active_days_before as integer) as active_days_change,
    compared.logins - compared.logins_before as logins_change,
    compared.key_features_used - compared.key_features_used_before as key_features_used_change,
    compared.seat_utilisation - compared.seat_utilisation_before as seat_utilisation_change,
    {{ activity_trend('compared.activity', 'compared.activity_before', 'rules.rising_ratio', 'rules.falling_ratio') }}
        as usage_trend,
    compared.has_anonymous_use
from compared
cross join rules
