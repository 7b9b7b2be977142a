select account_id, month, product_id, mrr
from fct_mrr
where basis = 'restated'
order by account_id, month, product_id
