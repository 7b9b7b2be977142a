-- The seed formula, fed with the cohort's own flows, ends at the cohort's closing MRR.
select *
from {{ ref('kpi_nrr') }}
where opening_mrr + expansion_mrr + contraction_mrr + churn_mrr + returned_mrr <> closing_mrr
