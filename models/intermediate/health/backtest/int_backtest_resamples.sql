with

backtest_rows as (

    select * from {{ ref('int_backtest_rows') }}
    where health_score is not null

),

draws as (

    select * from {{ ref('int_backtest_draws') }}

),

outcomes as (

    select
        score_version,
        horizon_days,
        paying_account_id,
        health_score,
        sum(case when is_lost then 1 else 0 end) as lost,
        sum(case when is_lost then 0 else 1 end) as kept
    from backtest_rows
    group by score_version, horizon_days, paying_account_id, health_score

)

select
    outcomes.score_version,
    outcomes.horizon_days,
    draws.replicate,
    outcomes.health_score,
    cast(sum(draws.weight * outcomes.lost) as bigint) as lost,
    cast(sum(draws.weight * outcomes.kept) as bigint) as kept
from outcomes
inner join draws on outcomes.paying_account_id = draws.paying_account_id
group by outcomes.score_version, outcomes.horizon_days, draws.replicate, outcomes.health_score
