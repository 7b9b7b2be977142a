with

members as (

    select * from {{ ref('int_backtest_members') }}

),

losses as (

    select distinct
        score_version,
        horizon_days,
        bucket_type,
        bucket,
        paying_account_id,
        first_loss_on
    from members
    where is_lost

),

counted_losses as (

    select
        score_version,
        horizon_days,
        bucket_type,
        bucket,
        count(*) as events
    from losses
    group by score_version, horizon_days, bucket_type, bucket

),

counted as (

    select
        score_version,
        horizon_days,
        bucket_type,
        bucket,
        count(account_id) as accounts,
        count(distinct account_id) as distinct_accounts,
        sum(case when is_lost then 1 else 0 end) as churned,
        sum(case when is_churned then 1 else 0 end) as churned_outright,
        sum(case when is_upsold then 1 else 0 end) as upsold
    from members
    group by score_version, horizon_days, bucket_type, bucket

),

whole as (

    select * from counted
    where bucket_type = 'all'

)

select
    counted.score_version,
    counted.horizon_days,
    counted.bucket_type,
    counted.bucket,
    cast(counted.accounts as bigint) as accounts,
    cast(counted.distinct_accounts as bigint) as distinct_accounts,
    cast(counted.churned as bigint) as churned,
    cast(counted.churned_outright as bigint) as churned_outright,
    cast(counted.upsold as bigint) as upsold,
    cast(coalesce(counted_losses.events, 0) as bigint) as events,
    {{ ratio('counted.churned', 'counted.accounts') }} as churn_rate,
    {{ ratio('counted.upsold', 'counted.accounts') }} as upsell_rate,
    {{ ratio('counted.churned * whole.accounts', 'counted.accounts * whole.churned') }} as lift
from counted
inner join whole
    on counted.score_version = whole.score_version and counted.horizon_days = whole.horizon_days
left join counted_losses
    on
        counted.score_version = counted_losses.score_version
        and counted.horizon_days = counted_losses.horizon_days
        and counted.bucket_type = counted_losses.bucket_type
        and counted.bucket = counted_losses.bucket
