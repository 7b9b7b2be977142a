select
    month, segment_type, segment, basis, expiring_terms, expiring_mrr, renewed_mrr, reduced_mrr,
    open_mrr, lost_mrr, notice_mrr, renewal_rate, is_matured, is_small_sample
from kpi_renewals
order by segment_type <> 'all', month desc, segment_type, segment, basis
