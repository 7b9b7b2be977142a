-- Invariant 5: 0 <= GRR <= 1, NRR >= GRR, 0 <= logo retention <= 1; NRR and GRR are empty exactly where nothing opened.
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
