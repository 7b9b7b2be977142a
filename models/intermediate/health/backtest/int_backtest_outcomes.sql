with

states as (

    select * from {{ ref('int_health_states') }}

),

horizons as (

    select * from {{ ref('health_backtest_horizons') }}

),

months as (

    select
        *,
        max(month_end) over () as last_day
    from {{ ref('int_months') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated' and not is_internal

),

paying as (

    select * from {{ ref('int_account_mrr') }}
    where knowledge_id = 'restated' and mrr > 0

),

backtest_events as (

    select * from {{ ref('int_losses_and_upsells') }}

),

-- Who paid in truth, long enough ago for its whole follow-up to be on record.
followed as (

    select
        states.account_id,
        states.month,
        account_map.paying_account_id,
        horizons.horizon_days,
        months.month_end,
        {{ add_days('months.month_end', 'horizons.horizon_days') }} as followed_until
    from states
    cross join horizons
    inner join months on states.month = months.month
    inner join account_map on states.account_id = account_map.account_id
    inner join paying on account_map.paying_account_id = paying.account_id and states.month = paying.month
    where {{ add_days('months.month_end', 'horizons.horizon_days') }} <= months.last_day

)

select
    followed.account_id,
    followed.month,
    followed.horizon_days,
    followed.paying_account_id,
    min(case when backtest_events.is_loss then backtest_events.occurred_on end) as first_loss_on,
    max(case when backtest_events.is_loss then 1 else 0 end) = 1 as is_lost,
    max(case when backtest_events.is_churn then 1 else 0 end) = 1 as is_churned,
    max(case when backtest_events.is_upsell then 1 else 0 end) = 1 as is_upsold
from followed
left join backtest_events
    on
        followed.paying_account_id = backtest_events.account_id
        and followed.month_end < backtest_events.occurred_on
        and followed.followed_until >= backtest_events.occurred_on
group by followed.account_id, followed.month, followed.horizon_days, followed.paying_account_id
