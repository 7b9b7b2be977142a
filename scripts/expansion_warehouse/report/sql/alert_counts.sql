select
    count(*) as alerts, count(*) filter (where severity = 'high') as high,
    count(distinct account_id) as accounts
from fct_alerts
where is_open
