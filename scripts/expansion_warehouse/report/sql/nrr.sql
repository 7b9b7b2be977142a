select
    month, retention_window, segment_type, segment, basis,
    opening_mrr, expansion_mrr, contraction_mrr, churn_mrr, closing_mrr, kept_mrr,
    opening_accounts, retained_accounts, nrr, nrr_low, nrr_high, grr, grr_low, grr_high,
    logo_retention, logo_retention_low, logo_retention_high,
    nrr_band, is_beyond_chance, is_small_sample, interval_note
from kpi_nrr
order by segment_type <> 'all', month desc, retention_window, segment_type, segment, basis
