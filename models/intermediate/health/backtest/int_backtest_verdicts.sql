with

buckets as (

    select * from {{ ref('int_backtest_buckets') }}

),

intervals as (

    select * from {{ ref('int_backtest_intervals') }}

),

rules as (

    {{ rules_as_columns('health_backtest_rules', [
        'min_events', 'auc_floor', 'accepted_auc', 'accepted_decile_lift', 'accepted_red_rate', 'accepted_red_lift',
    ]) }}

),

-- What the whole, the bands and the worst tenth say.
summarised as (

    select
        score_version,
        horizon_days,
        max(case when bucket_type = 'all' then events end) as events,
        max(case when bucket = 'red' then churn_rate end) as red_rate,
        max(case when bucket = 'yellow' then churn_rate end) as yellow_rate,
        max(case when bucket = 'green' then churn_rate end) as green_rate,
        max(case when bucket = 'red' then lift end) as red_lift,
        max(case when bucket_type = 'decile' and bucket = '1' then lift end) as worst_decile_lift
    from buckets
    group by score_version, horizon_days

),

judged as (

    select
        summarised.*,
        intervals.auc,
        intervals.auc_low,
        intervals.auc_high,
        summarised.red_rate > summarised.yellow_rate
        and summarised.yellow_rate > summarised.green_rate as is_monotone,
        {{ backtest_verdict('summarised.events', 'intervals.auc_low', 'rules') }} as verdict
    from summarised
    cross join rules
    left join intervals
        on
            summarised.score_version = intervals.score_version
            and summarised.horizon_days = intervals.horizon_days

)

select
    judged.score_version,
    judged.horizon_days,
    judged.auc,
    judged.auc_low,
    judged.auc_high,
    judged.is_monotone,
    judged.worst_decile_lift,
    judged.verdict,
    coalesce(
        judged.verdict = 'signal'
        and judged.is_monotone
        and judged.auc >= rules.accepted_auc
        and judged.worst_decile_lift >= rules.accepted_decile_lift
        and (judged.red_rate >= rules.accepted_red_rate or judged.red_lift >= rules.accepted_red_lift),
        false
    ) as is_accepted
from judged
cross join rules
