with

strata as (

    select * from {{ ref('int_churn_strata') }}

),

rules as (

    {{ rules_as_columns('upsell_rules', ['days_per_month', 'interval_z']) }}

),

summed as (

    select
        month,
        segment_type,
        segment,
        horizon_days,
        sum(upsold_accounts) as followed,
        sum(upsold_churned) as churned,
        sum(case when control_accounts > 0 then upsold_accounts else 0 end) as matched_upsold,
        sum(case when control_accounts > 0 then upsold_churned else 0 end) as matched_churned,
        sum(control_accounts) as control_accounts,
        sum(expected_churned) as expected_churned,
        sum(control_weight) as control_weight
    from strata
    group by month, segment_type, segment, horizon_days

),

-- Controls count as often as upsold accounts are like them: fewer than there are.
rated as (

    select
        summed.*,
        {{ ratio('summed.matched_churned', 'summed.matched_upsold') }} as matched_rate,
        {{ ratio('summed.expected_churned', 'summed.matched_upsold') }} as control_rate,
        nullif(cast(summed.matched_upsold as double), 0) as matched_trials,
        {{ ratio('summed.matched_upsold * summed.matched_upsold', 'summed.control_weight') }} as control_trials,
        cast(rules.interval_z as double) as z,
        rules.days_per_month
    from summed
    cross join rules

),

bounded as (

    select
        *,
        {{ wilson_low('matched_rate * matched_trials', 'matched_trials', 'z') }} as matched_rate_low,
        {{ wilson_high('matched_rate * matched_trials', 'matched_trials', 'z') }} as matched_rate_high,
        {{ wilson_low('control_rate * control_trials', 'control_trials', 'z') }} as control_rate_low,
        {{ wilson_high('control_rate * control_trials', 'control_trials', 'z') }} as control_rate_high
    from rated

)

select
    month,
    segment_type,
    segment,
    horizon_days,
    cast(followed as integer) as followed_accounts,
    cast(churned as integer) as churned_accounts,
    cast(matched_upsold as integer) as matched_accounts,
    cast(matched_churned as integer) as matched_churned_accounts,
    cast(control_accounts as integer) as control_accounts,
    cast(expected_churned as decimal(18, 6)) as expected_churned_accounts,
    {{ ratio('followed * horizon_days', 'days_per_month') }} as followed_months,
    {{ ratio('matched_upsold * horizon_days', 'days_per_month') }} as matched_months,
    matched_rate,
    control_rate,
    matched_rate - control_rate as churn_difference,
    {{ newcombe_bound(
        'matched_rate', 'matched_rate_low', 'control_rate', 'control_rate_high', '-'
    ) }} as churn_difference_low,
    {{ newcombe_bound(
        'matched_rate', 'matched_rate_high', 'control_rate', 'control_rate_low', '+'
    ) }} as churn_difference_high
from bounded
