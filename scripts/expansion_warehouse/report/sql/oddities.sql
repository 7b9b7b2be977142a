select raw_table, raw_key, account_id, reason, column_name, value, explanation, remedy, source_file
from dq_oddities
order by raw_table, raw_key, reason, column_name
