select
    schedules.id as schedule_id,
    schedules.subscription as subscription_id,
    schedules.customer as customer_id,
    schedules.status,
    as_moment(schedules.created) as created,
    schedules.end_behavior,
    cast(try_cast(phases._dlt_list_idx as integer) + 1 as varchar) as position,
    as_moment(phases.start_date) as starts_at,
    as_moment(phases.end_date) as ends_at,
    cast(try_cast(items._dlt_list_idx as integer) + 1 as varchar) as item_position,
    coalesce(items.price__id, items.price, items.plan) as price_id,
    coalesce(cast(items.quantity as varchar), '1') as quantity,
    lower(cast(schedules.livemode as varchar)) as livemode,
from export.phase_items as items
inner join export.phases as phases on items._dlt_parent_id = phases._dlt_id
inner join export.subscription_schedules as schedules on phases._dlt_parent_id = schedules._dlt_id
