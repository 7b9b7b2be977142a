with

windows as (

    select * from {{ ref('retention_windows') }}

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
