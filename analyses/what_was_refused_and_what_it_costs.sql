-- Rows and money that the warehouse refused, by reason, with what to write instead: what to fix in the source first.
select
    raw_table,
    reason,
    explanation,
    remedy,
    count(*) as rows_refused,
    sum(reporting_amount) as amount,
    sum(case when not is_outlier then refused_mrr end) as refused_mrr
from {{ ref('dq_quarantine') }}
group by raw_table, reason, explanation, remedy
order by sum(reporting_amount) desc nulls last, count(*) desc, raw_table asc, reason asc
