select
    month, retention_window, as_reported_opening_mrr, as_reported_closing_mrr, as_reported_nrr,
    restated_opening_mrr, restated_closing_mrr, restated_nrr, nrr_difference, changed_lines
from fct_nrr_restatements
order by month desc, retention_window
