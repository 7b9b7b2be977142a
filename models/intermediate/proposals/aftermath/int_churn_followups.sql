with

comparisons as (

    select * from {{ ref('int_churn_comparisons') }}

),

horizons as (

    select * from {{ ref('health_backtest_horizons') }}

),

last_days as (

    select max(month_end) as last_day from {{ ref('int_months') }}

),

losses as (

    select
        account_id,
        occurred_on
    from {{ ref('int_losses_and_upsells') }}
    where is_churn

),

followed as (

    select
        comparisons.*,
        horizons.horizon_days,
        {{ add_days('comparisons.month_end', 'horizons.horizon_days') }} as followed_until
    from comparisons
    cross join horizons
    cross join last_days
    where {{ add_days('comparisons.month_end', 'horizons.horizon_days') }} <= last_days.last_day

)

select
    followed.account_id,
    followed.month,
    followed.horizon_days,
    followed.is_upsold,
    followed.stratum,
    count(losses.account_id) > 0 as is_churned
from followed
left join losses
    on
        followed.account_id = losses.account_id
        and followed.month_end < losses.occurred_on
        and followed.followed_until >= losses.occurred_on
group by followed.account_id, followed.month, followed.horizon_days, followed.is_upsold, followed.stratum
