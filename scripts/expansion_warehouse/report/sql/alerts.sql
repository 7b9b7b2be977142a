select
    alert_kind, severity, account_id, account_name, owner, mrr, began_on, sentence, what_to_do
from fct_alerts
where is_open
order by
    case severity when 'high' then 1 when 'medium' then 2 else 3 end,
    mrr desc nulls last, account_id, alert_kind, began_on
