select
    cohort_month, months_since, segment_type, segment, basis,
    cohort_accounts, cohort_mrr, retained_accounts, retained_mrr, nrr, logo_retention, is_small_sample
from kpi_cohort_retention
where segment_type = 'all'
order by cohort_month desc, months_since, basis
