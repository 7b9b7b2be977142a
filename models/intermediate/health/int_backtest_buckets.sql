with

backtest_rows as (

    select * from {{ ref('int_backtest_rows') }}

),

versions as (

    select distinct score_version from {{ ref('int_health_states') }}

),

horizons as (

    select * from {{ ref('health_backtest_horizons') }}

),

-- The whole is there also where nobody could be followed yet, to say so.
bucketed as (

    select
        versions.score_version,
        horizons.horizon_days,
        'all' as bucket_type,
        'all' as bucket,
        backtest_rows.account_id,
        backtest_rows.paying_account_id,
        backtest_rows.first_loss_on,
        backtest_rows.is_lost,
        backtest_rows.is_churned,
        backtest_rows.is_upsold
    from versions
    cross join horizons
    left join backtest_rows
        on
            versions.score_version = backtest_rows.score_version
            and horizons.horizon_days = backtest_rows.horizon_days
            and backtest_rows.health_score is not null

    {% for bucket_type, bucket in {
        'band': 'health_band', 'decile': 'cast(decile as ' ~ dbt.type_string() ~ ')',
    }.items() -%}
    union all

    select
        score_version,
        horizon_days,
        '{{ bucket_type }}' as bucket_type,
        {{ bucket }} as bucket,
        account_id,
        paying_account_id,
        first_loss_on,
        is_lost,
        is_churned,
        is_upsold
    from backtest_rows
    where {{ bucket }} is not null

    {% endfor %}
),

losses as (

    select distinct
        score_version,
        horizon_days,
        bucket_type,
        bucket,
        paying_account_id,
        first_loss_on
    from bucketed
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
    from bucketed
    group by score_version, horizon_days, bucket_type, bucket

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
    cast(coalesce(counted_losses.events, 0) as bigint) as events
from counted
left join counted_losses
    on
        counted.score_version = counted_losses.score_version
        and counted.horizon_days = counted_losses.horizon_days
        and counted.bucket_type = counted_losses.bucket_type
        and counted.bucket = counted_losses.bucket
