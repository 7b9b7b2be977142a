with

windows as (

    select * from {{ ref('retention_windows') }}

),

months as (

    select * from {{ ref('int_months') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

)

select
    knowledge.knowledge_id,
    windows.retention_window,
    {{ add_months('months.month', '-windows.window_months') }} as opening_month,
    months.month,
    months.fiscal_year
from knowledge
inner join months on months.month = coalesce(knowledge.closing_month, months.month)
cross join windows
