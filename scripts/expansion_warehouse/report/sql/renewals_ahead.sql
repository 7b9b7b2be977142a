select
    period_type, period, period_label, period_end, is_partial, due_terms, due_accounts, due_mrr,
    open_mrr, at_risk_mrr, notice_mrr, renewed_early_mrr,
    green_mrr, yellow_mrr, red_mrr, unscored_mrr, unproposed_mrr
from kpi_renewals_ahead
order by period_type, period
