-- Which accounts moved the 12-month NRR of the last month most, by how many points, and why?
-- The points of all accounts add up to NRR - 1.
with

retention as (

    select * from {{ ref('fct_account_retention') }}
    where basis = 'restated' and retention_window = '12m'

),

latest as (

    select max(month) as month from retention

)

select
    retention.account_id,
    customers.account_name,
    retention.opening_mrr,
    retention.closing_mrr,
    retention.closing_mrr - retention.opening_mrr as mrr_change,
    retention.nrr_points,
    retention.largest_driver,
    retention.explanation
from retention
inner join latest on retention.month = latest.month
inner join {{ ref('dim_accounts') }} as customers on retention.account_id = customers.account_id
order by abs(retention.closing_mrr - retention.opening_mrr) desc, retention.account_id asc
limit 20
