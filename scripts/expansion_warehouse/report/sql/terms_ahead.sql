select
    ahead.due_on, ahead.account_id, ahead.account_name, ahead.csm_owner, ahead.sales_owner,
    products.product_name, ahead.due_mrr, ahead.renewal_state, ahead.health_band,
    ahead.health_score, ahead.open_proposals, ahead.contract_line_id
from fct_renewals_ahead as ahead
left join dim_products as products on ahead.product_id = products.product_id
order by ahead.due_on, ahead.due_mrr desc, ahead.contract_line_id
