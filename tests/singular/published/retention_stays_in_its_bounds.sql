-- Invariant 5: 0 <= GRR <= 1, NRR >= GRR, 0 <= logo retention <= 1; NRR and GRR are empty exactly where nothing opened.
-- A rate lies in its interval, and an interval in what is possible.
select *
from {{ ref('kpi_nrr') }}
where
    (nrr is null) <> (opening_mrr = 0)
    or (grr is null) <> (opening_mrr = 0)
    or kept_mrr < 0
    or kept_mrr > opening_mrr
    or closing_mrr < kept_mrr
    or retained_accounts > opening_accounts
    or grr < 0
    or grr > 1
    or nrr < grr
    or logo_retention < 0
    or logo_retention > 1
    or nrr not between nrr_low and nrr_high
    or grr not between grr_low and grr_high
    or logo_retention not between logo_retention_low and logo_retention_high
    or nrr_low < 0
    or grr_low < 0
    or grr_high > 1
    or logo_retention_low < 0
    or logo_retention_high > 1
