select raw_table, currency, outcome, reason, sum(row_count) as row_count, sum(amount) as amount
from fct_source_reconciliation
group by raw_table, currency, outcome, reason
order by raw_table, currency, outcome, reason
