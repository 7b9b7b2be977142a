select account_id, proposed_on, offer_class, product_id, plan_id, current_mrr, proposed_mrr, outcome, closed_on
from fct_proposals
order by account_id, proposed_on desc, proposal_id
