with parents as (
    select _dlt_id, min(id) as id
    from export.subscriptions
    group by _dlt_id
)

select
    items.id,
    parents.id as subscription_id,
    coalesce(items.price__id, items.plan__id) as price_id,
    cast(items.quantity as varchar) as quantity,
    as_moment(items.created) as created,
    as_moment(items.current_period_end) as current_period_end,
from export.subscription_items as items
left join parents on items._dlt_parent_id = parents._dlt_id
