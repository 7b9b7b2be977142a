select count(*) as offers, sum(delta_mrr) as delta_mrr
from fct_upsell_opportunities
where is_eligible and is_timed and place_in_account = 1
