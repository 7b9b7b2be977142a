with

resamples as (

    select * from {{ ref('int_backtest_resamples') }}

),

-- Of every pair of a lost and a kept account the lower score should be the lost one's; a tie is half a hit.
compared as (

    select
        *,
        sum(kept) over (
            partition by score_version, horizon_days, replicate order by health_score desc
        ) as kept_from_here_up
    from resamples

),

counted as (

    select
        score_version,
        horizon_days,
        replicate,
        sum(lost) as lost,
        sum(kept) as kept,
        sum(lost * (2 * kept_from_here_up - kept)) as twice_the_hits
    from compared
    group by score_version, horizon_days, replicate

)

select
    score_version,
    horizon_days,
    replicate,
    cast(lost as bigint) as lost,
    cast(kept as bigint) as kept,
    {{ ratio('twice_the_hits', '2 * lost * kept') }} as auc
from counted
