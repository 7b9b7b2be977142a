select account_id, contract_line_id, product_id, plan_id, quantity, currency, mrr_native, discount_rate, mrr,
    is_gap_filled, is_paused, ended_by, ended_on, source_file, raw_key
from fct_mrr_lines
where basis = 'restated' and month = (select max(month) from fct_mrr_lines)
order by account_id, mrr desc, contract_line_id
