select account_id, due_on, product_id, due_mrr, renewal_state
from fct_renewals_ahead
order by account_id, due_on, contract_line_id
