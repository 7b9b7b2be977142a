-- Which discounts ended or began in the last twelve months, and what is still given away?
-- An expired discount is expansion that nobody sold; remaining_discount_mrr is what the next renewal may bring back.
with

drivers as (

    select * from {{ ref('fct_mrr_drivers') }}
    where basis = 'restated' and driver in ('discount_expiry', 'discount_added')

),

latest as (

    select max(month) as month from {{ ref('dim_months') }}

),

balances as (

    select * from {{ ref('fct_mrr') }}
    where basis = 'restated'

)

select
    drivers.month,
    drivers.account_id,
    customers.account_name,
    drivers.product_id,
    drivers.driver,
    drivers.amount,
    coalesce(balances.discount_mrr, 0) as remaining_discount_mrr,
    customers.next_renewal_on
from drivers
inner join latest on drivers.month > {{ add_months('latest.month', -12) }}
inner join {{ ref('dim_accounts') }} as customers on drivers.account_id = customers.account_id
left join balances
    on
        drivers.account_id = balances.account_id
        and drivers.product_id = balances.product_id
        and latest.month = balances.month
order by drivers.month desc, abs(drivers.amount) desc, drivers.account_id asc, drivers.product_id asc
