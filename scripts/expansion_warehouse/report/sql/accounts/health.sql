select account_id, month, health_score, health_band
from fct_health_scores
order by account_id, month
