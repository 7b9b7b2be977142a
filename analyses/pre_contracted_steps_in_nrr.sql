-- Which steps of ramps and other growth that was signed before the window opened are in the last 12-month NRR?
-- nrr_points is what each account adds to NRR by them; together they are nrr - nrr_excl_pre_contracted of the month.
with

nrr as (

    select * from {{ ref('kpi_nrr') }}
    where retention_window = '12m' and segment_type = 'all' and basis = 'restated'

),

uplifts as (

    select * from {{ ref('int_contracted_uplifts') }}
    where knowledge_id = 'restated' and retention_window = '12m' and uplift_mrr > 0

),

latest as (

    select max(month) as month from nrr

)

select
    nrr.month,
    uplifts.account_id,
    customers.account_name,
    uplifts.uplift_mrr,
    {{ ratio('uplifts.uplift_mrr', 'nrr.opening_mrr') }} as nrr_points,
    nrr.nrr,
    nrr.nrr_excl_pre_contracted
from uplifts
inner join nrr on uplifts.month = nrr.month
inner join latest on nrr.month = latest.month
inner join {{ ref('dim_accounts') }} as customers on uplifts.account_id = customers.account_id
order by uplifts.uplift_mrr desc, uplifts.account_id asc
