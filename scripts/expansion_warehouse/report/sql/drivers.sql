-- What moved MRR in the twelve months that end with the newest, whether anything moved in it or not.
with
last_month as (
    select max(month) as month from kpi_mrr_bridge
)
select
    drivers.basis, drivers.driver, sum(drivers.amount) as amount,
    count(distinct drivers.account_id) as accounts
from fct_mrr_drivers as drivers
where drivers.month > (select month - interval 12 month from last_month)
group by drivers.basis, drivers.driver
order by drivers.basis, amount desc, drivers.driver
