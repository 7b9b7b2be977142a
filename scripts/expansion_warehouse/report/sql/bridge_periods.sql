select
    period_type, period, period_label, segment_type, segment, basis, first_month, last_month,
    opening_mrr, new_mrr, expansion_mrr, reactivation_mrr, contraction_mrr, churn_mrr,
    fx_mrr, merge_mrr, prior_period_mrr, segment_transfer_mrr, closing_mrr,
    paying_accounts, new_accounts, churned_accounts, reactivated_accounts, gained_mrr, lost_mrr, quick_ratio,
    closing_arr,
    is_partial, is_closed
from kpi_mrr_bridge_periods
order by segment_type <> 'all', period desc, period_type, segment_type, segment, basis
