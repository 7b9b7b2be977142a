-- What moved MRR in the last twelve months of each basis.
with
last_months as (
    select basis, max(month) as month
    from fct_mrr_drivers
    group by basis
)
select
    drivers.basis, drivers.driver, sum(drivers.amount) as amount,
    count(distinct drivers.account_id) as accounts
from fct_mrr_drivers as drivers
inner join last_months on drivers.basis = last_months.basis
where drivers.month > last_months.month - interval 12 month
group by drivers.basis, drivers.driver
order by drivers.basis, amount desc, drivers.driver
