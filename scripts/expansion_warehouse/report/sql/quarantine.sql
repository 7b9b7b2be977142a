select
    raw_table, raw_key, account_id, reason, column_name, value, explanation, remedy,
    currency, amount, reporting_amount, refused_mrr, source_file
from dq_quarantine
order by refused_mrr desc nulls last, reporting_amount desc nulls last, raw_table, raw_key, reason
