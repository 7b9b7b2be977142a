-- One row per customer; a deleted one stays, with the id that its subscriptions and invoices name.
with customers as (
    select
        id,
        coalesce(name, description, email) as account_name,
        country,
        created,
        livemode,
    from source.customers
    union all
    select
        id,
        cast(null as varchar) as account_name,
        cast(null as varchar) as country,
        cast(null as varchar) as created,
        livemode,
    from source.unlisted_customers
)

select
    id as account_id,
    account_name,
    upper(country) as country,
    day_in_zone(created, getvariable('timezone')) as created_on,
from customers
where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
order by account_id, account_name, country, created_on
