-- Items inside of subscriptions; those of a list of their own only where no subscription holds them.
with nested as (
    select
        id as subscription_id,
        unnest(try(from_json(json_extract(cast(items as varchar), '$.data'), '["json"]'))) as item,
    from export.subscriptions
)

select
    item ->> '$.id' as id,
    subscription_id,
    coalesce(
        item ->> '$.price.id', item ->> '$.price', item ->> '$.plan.id', item ->> '$.plan'
    ) as price_id,
    item ->> '$.quantity' as quantity,
    as_moment(item ->> '$.created') as created,
    as_moment(item ->> '$.current_period_end') as current_period_end,
from nested
union all
select
    id,
    coalesce(try(subscription ->> '$.id'), subscription) as subscription_id,
    coalesce(
        try(cast(price as varchar) ->> '$.id'),
        cast(price as varchar),
        try(cast(plan as varchar) ->> '$.id'),
        cast(plan as varchar)
    ) as price_id,
    cast(quantity as varchar) as quantity,
    as_moment(created) as created,
    as_moment(current_period_end) as current_period_end,
from export.subscription_items
where id not in (select nested.item ->> '$.id' from nested where nested.item ->> '$.id' is not null)
