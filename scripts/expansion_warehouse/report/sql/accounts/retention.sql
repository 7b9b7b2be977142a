select account_id, month, retention_window, opening_mrr, closing_mrr, nrr, nrr_points, explanation
from fct_account_retention
where basis = 'restated' and month = (select max(month) from fct_account_retention)
order by account_id, retention_window
