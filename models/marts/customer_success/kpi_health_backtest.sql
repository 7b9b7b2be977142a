with

buckets as (

    select * from {{ ref('int_backtest_buckets') }}

),

verdicts as (

    select * from {{ ref('int_backtest_verdicts') }}

)

select
    buckets.score_version,
    cast(buckets.horizon_days as integer) as horizon_days,
    buckets.bucket_type,
    buckets.bucket,
    buckets.accounts,
    buckets.distinct_accounts,
    buckets.churned,
    buckets.churned_outright,
    buckets.churn_rate,
    buckets.upsold,
    buckets.upsell_rate,
    buckets.lift,
    buckets.events,
    verdicts.auc,
    verdicts.auc_low,
    verdicts.auc_high,
    verdicts.is_monotone,
    verdicts.worst_decile_lift,
    verdicts.verdict,
    verdicts.is_accepted
from buckets
left join verdicts
    on
        buckets.score_version = verdicts.score_version
        and buckets.horizon_days = verdicts.horizon_days
        and buckets.bucket_type = 'all'
