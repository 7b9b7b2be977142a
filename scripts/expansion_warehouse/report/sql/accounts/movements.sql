select account_id, month, movement, opening_mrr, closing_mrr, closing_mrr - opening_mrr as change_mrr
from fct_mrr_movements
where basis = 'restated' and closing_mrr <> opening_mrr
order by account_id, month desc
