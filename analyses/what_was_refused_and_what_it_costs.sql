-- Rows and money that the warehouse refused, by reason: what to fix in the source first.
select
    quarantine.raw_table,
    quarantine.reason,
    reasons.meaning,
    quarantine.currency,
    count(*) as rows_refused,
    sum(quarantine.amount) as amount
from {{ ref('dq_quarantine') }} as quarantine
inner join {{ ref('quarantine_reasons') }} as reasons on quarantine.reason = reasons.reason
group by quarantine.raw_table, quarantine.reason, reasons.meaning, quarantine.currency
order by sum(quarantine.amount) desc nulls last, count(*) desc, quarantine.raw_table asc, quarantine.reason asc
