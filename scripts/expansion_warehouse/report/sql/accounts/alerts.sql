select account_id, began_on, ended_on, is_open, severity, alert_kind, sentence, what_to_do
from fct_alerts
order by account_id, is_open desc, began_on desc, alert_id
