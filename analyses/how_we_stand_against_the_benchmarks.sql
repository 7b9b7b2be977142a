-- How do we stand? Every metric of the scorecard, restated: its latest value that is final, and the one a year before.
with

scorecard as (

    select * from {{ ref('kpi_scorecard') }}

),

latest as (

    select
        metric,
        max(month) as month
    from scorecard
    where value is not null
    group by metric

)

select
    scorecard.metric,
    scorecard.basis,
    scorecard.month,
    scorecard.value,
    year_before.value as value_a_year_before,
    scorecard.unit,
    scorecard.target,
    scorecard.benchmark_low,
    scorecard.benchmark_high,
    scorecard.status,
    scorecard.source
from scorecard
inner join latest on scorecard.metric = latest.metric and scorecard.month = latest.month
left join scorecard as year_before
    on scorecard.metric = year_before.metric and {{ add_months('scorecard.month', -12) }} = year_before.month
order by scorecard.metric
