select month, basis, driver, sum(amount) as amount, count(distinct account_id) as accounts
from fct_mrr_drivers
group by month, basis, driver
order by month desc, basis, driver
