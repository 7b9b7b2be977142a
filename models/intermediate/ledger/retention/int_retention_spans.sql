with

windows as (

    select * from {{ ref('retention_windows') }}

),

period_windows as (

    select * from {{ ref('int_period_windows') }}

),

periods as (

    select * from {{ ref('int_rate_periods') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

)

select
    knowledge.knowledge_id,
    windows.retention_window,
    {{ add_months('periods.month', '-windows.window_months') }} as opening_month,
    periods.month,
    periods.rate_period
from knowledge
inner join periods on periods.month = coalesce(knowledge.closing_month, periods.month)
cross join windows
union
-- What a half or a period that has only begun needs beside them.
select
    knowledge.knowledge_id,
    period_windows.cohort_window as retention_window,
    period_windows.opening_month,
    periods.month,
    periods.rate_period
from period_windows
inner join periods on period_windows.last_month = periods.month
inner join knowledge on periods.month = coalesce(knowledge.closing_month, periods.month)
where period_windows.cohort_window not in (select windows.retention_window from windows)
