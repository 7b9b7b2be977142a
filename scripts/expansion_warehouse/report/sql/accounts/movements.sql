select account_id, month, movement, sub_movement, fx_mrr, merge_mrr, prior_period_mrr, opening_mrr, closing_mrr,
    closing_mrr - opening_mrr as change_mrr
from fct_mrr_movements
where basis = 'restated' and closing_mrr <> opening_mrr
order by account_id, month desc
