with

outcomes as (

    select * from {{ ref('int_backtest_outcomes') }}

),

states as (

    select * from {{ ref('int_health_states') }}

),

earlier_scores as (

    select * from {{ ref('int_backtest_earlier_scores') }}

),

-- Before it was valid, a version showed nobody a band.
scored as (

    select
        account_id,
        month,
        score_version,
        health_score,
        health_band
    from states
    union all
    select
        account_id,
        month,
        score_version,
        health_score,
        cast(null as {{ dbt.type_string() }}) as health_band
    from earlier_scores

),

judged as (

    select
        scored.score_version,
        scored.health_score,
        scored.health_band,
        outcomes.*
    from outcomes
    inner join scored on outcomes.account_id = scored.account_id and outcomes.month = scored.month

),

-- Equal scores share their place, so a tenth may hold more rows or fewer, and no order can decide who is in it.
placed as (

    select
        score_version,
        horizon_days,
        account_id,
        month,
        rank() over (partition by score_version, horizon_days order by health_score) - 1 as rows_below,
        count(*) over (partition by score_version, horizon_days) as scored_rows
    from judged
    where health_score is not null

)

select
    judged.score_version,
    judged.horizon_days,
    judged.account_id,
    judged.month,
    judged.paying_account_id,
    judged.health_score,
    judged.health_band,
    cast({{ integer_quotient('10 * placed.rows_below', 'placed.scored_rows') }} + 1 as integer) as decile,
    judged.first_loss_on,
    judged.is_lost,
    judged.is_churned,
    judged.is_upsold
from judged
left join placed
    on
        judged.score_version = placed.score_version
        and judged.horizon_days = placed.horizon_days
        and judged.account_id = placed.account_id
        and judged.month = placed.month
