with

aucs as (

    select * from {{ ref('int_backtest_aucs') }}
    where auc is not null

),

rules as (

    {{ rules_as_columns('health_backtest_rules', ['interval_share']) }}

),

-- A resample without a single loss, or without anybody who stayed, says nothing.
ordered as (

    select
        score_version,
        horizon_days,
        auc,
        row_number() over (partition by score_version, horizon_days order by auc) as place,
        count(*) over (partition by score_version, horizon_days) as resamples
    from aucs
    where replicate > 0

),

-- The ends stand at whole places, so that the interval is made of values that occurred.
bounds as (

    select
        ordered.score_version,
        ordered.horizon_days,
        min(case
            when ordered.place >= floor((ordered.resamples + 1) * (1 - rules.interval_share) / 2) then ordered.auc
        end) as auc_low,
        max(case
            when ordered.place <= ceil((ordered.resamples + 1) * (1 + rules.interval_share) / 2) then ordered.auc
        end) as auc_high
    from ordered
    cross join rules
    group by ordered.score_version, ordered.horizon_days

)

select
    aucs.score_version,
    aucs.horizon_days,
    aucs.auc,
    bounds.auc_low,
    bounds.auc_high
from aucs
left join bounds
    on aucs.score_version = bounds.score_version and aucs.horizon_days = bounds.horizon_days
where aucs.replicate = 0
