with phased as (
    select
        *,
        unnest(try(from_json(cast(phases as varchar), '["json"]'))) as phase,
        generate_subscripts(try(from_json(cast(phases as varchar), '["json"]')), 1) as position,
    from export.subscription_schedules
),

itemised as (
    select
        *,
        unnest(try(from_json(json_extract(phase, '$.items'), '["json"]'))) as item,
        generate_subscripts(try(from_json(json_extract(phase, '$.items'), '["json"]')), 1) as item_position,
    from phased
)

select
    id as schedule_id,
    coalesce(try(subscription ->> '$.id'), subscription) as subscription_id,
    coalesce(try(customer ->> '$.id'), customer) as customer_id,
    status,
    as_moment(created) as created,
    end_behavior,
    cast(position as varchar) as position,
    as_moment(phase ->> '$.start_date') as starts_at,
    as_moment(phase ->> '$.end_date') as ends_at,
    cast(item_position as varchar) as item_position,
    coalesce(item ->> '$.price.id', item ->> '$.price', item ->> '$.plan.id', item ->> '$.plan') as price_id,
    coalesce(item ->> '$.quantity', '1') as quantity,
    lower(cast(livemode as varchar)) as livemode,
from itemised
