select
    month, segment_type, segment, basis,
    opening_mrr, new_mrr, expansion_mrr, reactivation_mrr, contraction_mrr, churn_mrr,
    fx_mrr, merge_mrr, prior_period_mrr, segment_transfer_mrr, closing_mrr,
    paying_accounts, new_accounts, churned_accounts, reactivated_accounts, quick_ratio, closing_arr
from kpi_mrr_bridge
order by segment_type <> 'all', month desc, segment_type, segment, basis
