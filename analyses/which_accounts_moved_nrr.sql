-- Which accounts moved the 12-month NRR of the last month most, and by how much?
with

retention as (

    select * from {{ ref('int_account_retention') }}
    where knowledge_id = 'restated' and retention_window = '12m'

),

latest as (

    select max(month) as month from retention

),

cohort as (

    select
        retention.*,
        sum(retention.opening_mrr) over () as cohort_opening_mrr
    from retention
    inner join latest on retention.month = latest.month

)

select
    cohort.account_id,
    customers.account_name,
    cohort.opening_mrr,
    cohort.closing_mrr,
    cohort.closing_mrr - cohort.opening_mrr as mrr_change,
    {{ ratio('cohort.closing_mrr - cohort.opening_mrr', 'cohort.cohort_opening_mrr') }} as nrr_points
from cohort
inner join {{ ref('dim_accounts') }} as customers on cohort.account_id = customers.account_id
order by abs(cohort.closing_mrr - cohort.opening_mrr) desc, cohort.account_id asc
limit 20
