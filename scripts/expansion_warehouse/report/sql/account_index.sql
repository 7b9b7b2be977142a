select accounts.account_id, accounts.account_name, today.mrr, today.health_band, accounts.csm_owner
from dim_accounts as accounts
left join fct_accounts_today as today on accounts.account_id = today.account_id
order by accounts.account_id
