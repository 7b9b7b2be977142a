-- How did MRR get from its opening to its closing, month by month?
-- Each month stands on both bases: as its close reported it, with late news apart, and with everything known now.
with

bridge as (

    select * from {{ ref('kpi_mrr_bridge') }}
    where segment_type = 'all'

),

first_shown as (

    select {{ add_months('max(month)', -11) }} as month from bridge

)

select
    bridge.month,
    bridge.basis,
    bridge.opening_mrr,
    bridge.new_mrr,
    bridge.expansion_mrr,
    bridge.contraction_mrr,
    bridge.churn_mrr,
    bridge.reactivation_mrr,
    bridge.fx_mrr,
    bridge.merge_mrr,
    bridge.prior_period_mrr,
    bridge.closing_mrr,
    bridge.quick_ratio
from bridge
inner join first_shown on bridge.month >= first_shown.month
order by bridge.month desc, bridge.basis asc
