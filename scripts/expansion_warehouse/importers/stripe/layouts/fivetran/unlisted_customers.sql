-- Customers that only subscriptions and invoices name.
with named as (
    select customer_id as id, lower(cast(livemode as varchar)) as livemode from export.subscription
    union all
    select customer_id as id, lower(cast(livemode as varchar)) as livemode from export.subscription_history
    union all
    select customer_id as id, lower(cast(livemode as varchar)) as livemode from export.invoice
)

select id, max(livemode) as livemode
from named
where
    id is not null
    and id not in (select customers.id from export.customer as customers where customers.id is not null)
group by id
