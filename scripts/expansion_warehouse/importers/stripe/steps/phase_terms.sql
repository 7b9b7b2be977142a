-- One row per item of a phase that has not begun. It is the item of the subscription with its price, else, where
-- there is one of each, that one; else it is a line of its own, which begins with the phase.
with coming as (
    select
        phases.*,
        day_in_zone(phases.starts_at, getvariable('timezone')) as day,
        min(phases.starts_at) over (partition by phases.schedule_id) as first_start,
        count(*) over (partition by phases.schedule_id, phases.position) as phase_items,
    from (select distinct * from source.phases) as phases
    cross join step.export_day
    where
        phases.status in ('active', 'not_started')
        and (coalesce(phases.livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep')
        and day_in_zone(phases.starts_at, getvariable('timezone')) > export_day.day
),

by_price as (
    select subscription_id, price_id, min(id) as id
    from step.listed_items
    group by subscription_id, price_id
),

only_items as (
    select subscription_id, min(id) as id
    from step.listed_items
    group by subscription_id
    having count(*) = 1
)

select
    coming.schedule_id,
    coming.subscription_id,
    coming.customer_id,
    coming.day,
    coming.starts_at = coming.first_start as is_next,
    coming.price_id,
    coming.quantity,
    coming.created as moment,
    coalesce(by_price.id, case when coming.phase_items = 1 then only_items.id end) as item_id,
    coalesce(
        by_price.id,
        case when coming.phase_items = 1 then only_items.id end,
        coming.schedule_id || '/' || coming.price_id
    ) as id,
from coming
left join by_price on coming.subscription_id = by_price.subscription_id and coming.price_id = by_price.price_id
left join only_items on coming.subscription_id = only_items.subscription_id
