with

population as (

    select * from {{ ref('int_scoring_population') }}

),

usage_windows as (

    select * from {{ ref('int_usage_windows') }}
    where usage_window = 'calendar_month'

),

feature_windows as (

    select * from {{ ref('int_feature_windows') }}
    where usage_window = 'calendar_month'

),

meter_months as (

    select
        month,
        account_id,
        sum(case when meter = 'seats' then used end) as seats_used,
        sum(case when meter = 'storage_gb' then used end) as storage_used_gb,
        sum(case when meter = 'api_calls' then used end) as api_calls
    from {{ ref('int_meter_readings') }}
    group by month, account_id

),

-- A meter that leaves some seats of an account unmeasured says nothing about all of them.
unmeasured as (

    select distinct
        product_limits.month,
        product_limits.account_id
    from {{ ref('int_product_limits') }} as product_limits
    left join {{ ref('int_product_utilisation') }} as utilisation
        on
            product_limits.month = utilisation.month
            and product_limits.account_id = utilisation.account_id
            and product_limits.product_id = utilisation.product_id
            and utilisation.meter = 'seats'
    where product_limits.seats > 0 and utilisation.product_id is null

),

-- What the plans of an account include adds up; an unlimited plan adds none.
limits as (

    select
        month,
        account_id,
        cast(sum(storage_gb_limit) as decimal(18, 4)) as storage_gb_limit,
        cast(sum(api_call_limit) as decimal(18, 4)) as api_call_limit
    from {{ ref('int_product_limits') }}
    group by month, account_id

)

select
    population.account_id,
    population.month,
    coalesce(usage_windows.has_anonymous_events, false) as has_anonymous_use,
    usage_windows.active_users,
    usage_windows.active_user_days,
    usage_windows.active_days,
    usage_windows.logins,
    feature_windows.key_features_used,
    feature_windows.key_features_available,
    population.seats,
    -- Where no seat meter says it, the people who were active took the seats; who has at least so many may be full.
    coalesce(
        case when unmeasured.account_id is null then cast(meter_months.seats_used as decimal(22, 6)) end,
        case when not usage_windows.has_anonymous_events then cast(usage_windows.active_users as decimal(22, 6)) end
    ) as seats_used,
    cast(meter_months.storage_used_gb as decimal(22, 6)) as storage_used_gb,
    limits.storage_gb_limit,
    cast(meter_months.api_calls as decimal(22, 6)) as api_calls,
    limits.api_call_limit
from population
left join usage_windows
    on population.month = usage_windows.month and population.account_id = usage_windows.account_id
left join feature_windows
    on population.month = feature_windows.month and population.account_id = feature_windows.account_id
left join meter_months
    on population.month = meter_months.month and population.account_id = meter_months.account_id
left join unmeasured on population.month = unmeasured.month and population.account_id = unmeasured.account_id
left join limits on population.month = limits.month and population.account_id = limits.account_id
