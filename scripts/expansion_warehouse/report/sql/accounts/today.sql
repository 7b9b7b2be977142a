select accounts.account_id, accounts.account_name, accounts.industry, accounts.size_band, accounts.country,
    accounts.csm_owner, accounts.sales_owner, accounts.first_paid_month, accounts.is_paying, accounts.lifecycle_stage,
    today.mrr, today.seats, today.seat_utilisation, today.next_renewal_on, today.has_cancel_notice,
    today.is_past_due, today.overdue_since, today.open_tickets, today.severe_tickets, today.last_contacted_on,
    today.last_proposed_on, today.open_proposals, today.do_not_contact, today.health_band, today.health_score,
    today.health_change, today.moved_component
from dim_accounts as accounts
left join fct_accounts_today as today on accounts.account_id = today.account_id
order by accounts.account_id
