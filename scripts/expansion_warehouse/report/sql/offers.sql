select
    offers.priority, offers.account_id, offers.account_name, offers.offer_class,
    offers.product_id, offers.plan_id, offers.sentence, offers.current_mrr, offers.target_mrr,
    offers.delta_mrr, offers.expected_value, offers.health_band, offers.timing_reason,
    offers.csm_owner, offers.sales_owner
from fct_upsell_opportunities as offers
where offers.is_eligible and offers.is_timed and offers.place_in_account = 1
order by offers.priority, offers.account_id, offers.offer_id
