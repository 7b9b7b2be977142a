-- NRR times opening MRR is the cohort's closing MRR, GRR times opening MRR what it kept, to a millionth of the opening.
select
    month,
    retention_window,
    segment_type,
    segment,
    basis,
    opening_mrr,
    nrr,
    closing_mrr,
    grr,
    kept_mrr
from {{ ref('kpi_nrr') }}
where
    abs(nrr * opening_mrr - closing_mrr) > opening_mrr * 0.000001
    or abs(grr * opening_mrr - kept_mrr) > opening_mrr * 0.000001
