with

retention as (

    select * from {{ ref('int_account_retention') }}

),

steps as (

    select * from {{ ref('int_contracted_steps') }}

),

months as (

    select * from {{ ref('int_months') }}

)

-- What a window's opening month-end already knew would be added.
select
    retention.knowledge_id,
    retention.account_id,
    retention.retention_window,
    retention.month,
    cast(sum(greatest(
        0,
        case when months.fiscal_year = retention.fiscal_year then steps.amount else steps.amount_at_next_rate end
    )) as decimal(18, 2)) as uplift_mrr
from retention
inner join steps
    on
        retention.knowledge_id = steps.knowledge_id
        and retention.account_id = steps.account_id
        and retention.opening_month < steps.month
        and retention.month >= steps.month
        and steps.agreed_on <= {{ month_end('retention.opening_month') }}
inner join months on steps.month = months.month
group by retention.knowledge_id, retention.account_id, retention.retention_window, retention.month
