select
    month, sealed_on, sealed_by, close_note, sealed_closing_mrr, current_closing_mrr,
    sealed_nrr_12m, current_nrr_12m, changed_lines, reason
from fct_sealed_months
order by month desc
