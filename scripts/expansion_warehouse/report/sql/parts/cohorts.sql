-- Every cohort in every segment, the whole company first.
select
    segment_type, segment, cohort_month, months_since, basis,
    cohort_accounts, cohort_mrr, retained_accounts, retained_mrr, nrr, logo_retention, is_small_sample
from kpi_cohort_retention
order by segment_type <> 'all', segment_type, segment, cohort_month, months_since, basis
