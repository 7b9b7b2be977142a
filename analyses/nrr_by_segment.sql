-- In which segments does the 12-month NRR of the last month come from, as reported and with everything known now?
-- Where is_small_sample is true the ratio is right but a handful of accounts decides it.
with

nrr as (

    select * from {{ ref('kpi_nrr') }}
    where retention_window = '12m'

),

latest as (

    select max(month) as month from nrr

)

select
    nrr.month,
    nrr.segment_type,
    nrr.segment,
    max(case when nrr.basis = 'restated' then nrr.opening_accounts end) as opening_accounts,
    max(case when nrr.basis = 'restated' then nrr.opening_mrr end) as opening_mrr,
    max(case when nrr.basis = 'as_reported' then nrr.nrr end) as as_reported_nrr,
    max(case when nrr.basis = 'restated' then nrr.nrr end) as restated_nrr,
    max(case when nrr.basis = 'restated' then nrr.grr end) as restated_grr,
    max(case when nrr.basis = 'restated' and nrr.is_small_sample then 'small sample' end) as note
from nrr
inner join latest on nrr.month = latest.month
group by nrr.month, nrr.segment_type, nrr.segment
order by nrr.segment_type asc, opening_mrr desc nulls last, nrr.segment asc
