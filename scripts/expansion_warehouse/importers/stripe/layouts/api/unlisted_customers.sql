-- A deleted customer is in no list any more, and its subscriptions and invoices still name it.
with named as (
    select coalesce(try(customer ->> '$.id'), customer) as id, lower(cast(livemode as varchar)) as livemode
    from export.subscriptions
    union all
    select coalesce(try(customer ->> '$.id'), customer) as id, lower(cast(livemode as varchar)) as livemode
    from export.invoices
)

select id, max(livemode) as livemode
from named
where
    id is not null
    and id not in (select customers.id from export.customers as customers where customers.id is not null)
group by id
