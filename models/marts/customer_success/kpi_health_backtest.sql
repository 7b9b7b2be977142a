with

buckets as (

    select * from {{ ref('int_backtest_buckets') }}

),

intervals as (

    select * from {{ ref('int_backtest_intervals') }}

),

rules as (

    select
        {% for rule in backtest_thresholds() -%}
        max(case when rule = '{{ rule }}' then value end) as {{ rule }},
        {% endfor -%}
        count(*) as rules
    from {{ ref('health_backtest_rules') }}

),

compared as (

    select
        buckets.*,
        {{ ratio('buckets.churned', 'buckets.accounts') }} as churn_rate,
        {{ ratio('buckets.upsold', 'buckets.accounts') }} as upsell_rate,
        {{ ratio('buckets.churned * everybody.accounts', 'buckets.accounts * everybody.churned') }} as lift
    from buckets
    inner join buckets as everybody
        on
            buckets.score_version = everybody.score_version
            and buckets.horizon_days = everybody.horizon_days
            and everybody.bucket_type = 'all'

),

-- What the bands and the worst tenth say about the whole.
summarised as (

    select
        score_version,
        horizon_days,
        max(case when bucket = 'red' then churn_rate end) as red_rate,
        max(case when bucket = 'yellow' then churn_rate end) as yellow_rate,
        max(case when bucket = 'green' then churn_rate end) as green_rate,
        max(case when bucket = 'red' then lift end) as red_lift,
        max(case when bucket_type = 'decile' and bucket = '1' then lift end) as worst_decile_lift
    from compared
    group by score_version, horizon_days

),

judged as (

    select
        compared.score_version,
        compared.horizon_days,
        intervals.auc,
        intervals.auc_low,
        intervals.auc_high,
        summarised.red_rate > summarised.yellow_rate
        and summarised.yellow_rate > summarised.green_rate as is_monotone,
        summarised.worst_decile_lift,
        {{ backtest_verdict('compared.events', 'intervals.auc_low', 'rules') }} as verdict,
        coalesce(
            intervals.auc >= rules.accepted_auc
            and summarised.red_rate > summarised.yellow_rate
            and summarised.yellow_rate > summarised.green_rate
            and summarised.worst_decile_lift >= rules.accepted_decile_lift
            and (summarised.red_rate >= rules.accepted_red_rate or summarised.red_lift >= rules.accepted_red_lift),
            false
        ) as reaches_targets
    from compared
    cross join rules
    inner join summarised
        on compared.score_version = summarised.score_version and compared.horizon_days = summarised.horizon_days
    left join intervals
        on compared.score_version = intervals.score_version and compared.horizon_days = intervals.horizon_days
    where compared.bucket_type = 'all'

)

select
    compared.score_version,
    cast(compared.horizon_days as integer) as horizon_days,
    compared.bucket_type,
    compared.bucket,
    compared.accounts,
    compared.distinct_accounts,
    compared.churned,
    compared.churned_outright,
    compared.churn_rate,
    compared.upsold,
    compared.upsell_rate,
    compared.lift,
    compared.events,
    judged.auc,
    judged.auc_low,
    judged.auc_high,
    judged.is_monotone,
    judged.worst_decile_lift,
    judged.verdict,
    judged.verdict = 'signal' and judged.reaches_targets as is_accepted
from compared
left join judged
    on
        compared.score_version = judged.score_version
        and compared.horizon_days = judged.horizon_days
        and compared.bucket_type = 'all'
