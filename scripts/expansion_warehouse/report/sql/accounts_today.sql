select
    account_id, account_name, csm_owner, sales_owner, mrr, seats, seat_utilisation,
    next_renewal_on, days_to_renewal, health_band, health_score, health_change,
    open_tickets, last_contacted_on, overdue_since, do_not_contact
from fct_accounts_today
order by mrr desc nulls last, account_id
