with

backtest_rows as (

    select * from {{ ref('int_backtest_rows') }}

),

months as (

    select * from {{ ref('int_months') }}

),

counted as (

    select
        backtest_rows.score_version,
        backtest_rows.horizon_days,
        months.fiscal_year,
        months.fiscal_quarter,
        backtest_rows.health_band,
        count(*) as accounts,
        sum(case when backtest_rows.is_lost then 1 else 0 end) as churned
    from backtest_rows
    inner join months on backtest_rows.month = months.month
    where backtest_rows.health_band is not null
    group by
        backtest_rows.score_version, backtest_rows.horizon_days, months.fiscal_year, months.fiscal_quarter,
        backtest_rows.health_band

),

-- What the band has meant so far: everything before the quarter.
expected as (

    select
        *,
        sum(accounts) over before_quarter as accounts_before,
        sum(churned) over before_quarter as churned_before
    from counted
    window before_quarter as (
        partition by score_version, horizon_days, health_band
        order by fiscal_year, fiscal_quarter
        rows between unbounded preceding and 1 preceding
    )

)

select
    score_version,
    cast(horizon_days as integer) as horizon_days,
    cast(fiscal_year as integer) as fiscal_year,
    fiscal_quarter,
    health_band,
    cast(accounts as bigint) as accounts,
    cast(churned as bigint) as churned,
    {{ ratio('churned', 'accounts') }} as churn_rate,
    cast(coalesce(accounts_before, 0) as bigint) as accounts_before,
    cast(coalesce(churned_before, 0) as bigint) as churned_before,
    {{ ratio('churned_before', 'accounts_before') }} as expected_churn_rate
from expected
