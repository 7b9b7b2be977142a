select account_id, place_in_account, offer_class, product_id, plan_id, sentence, delta_mrr, expected_value,
    is_eligible, is_timed, blocked_reasons, blocked_until
from fct_upsell_opportunities
order by account_id, is_eligible desc, place_in_account nulls last, offer_id
