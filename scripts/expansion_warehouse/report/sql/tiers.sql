select month, customer_tier, count(*) as accounts
from fct_customer_tiers
group by month, customer_tier
order by month desc, customer_tier
