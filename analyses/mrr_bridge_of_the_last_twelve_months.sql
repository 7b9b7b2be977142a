-- The MRR bridge a board deck shows: twelve months, one row each.
select
    month,
    opening_mrr,
    new_mrr,
    expansion_mrr,
    contraction_mrr,
    churn_mrr,
    reactivation_mrr,
    fx_mrr,
    closing_mrr,
    quick_ratio
from {{ ref('kpi_mrr_bridge') }}
where segment_type = 'all' and basis = 'restated'
order by month desc
limit 12
