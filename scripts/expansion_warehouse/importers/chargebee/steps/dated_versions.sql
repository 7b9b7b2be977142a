-- One row per version of a recurring line, with the days on which the line begins and ends.
with

credited as (

    select
        last_billed.line_id,
        min(site_day(lines.date_from)) as from_day
    from step.last_periods as last_billed
    inner join source.credit_note_lines as lines
        on last_billed.subscription_id = lines.subscription_id and last_billed.entity_id = lines.entity_id
    where site_day(lines.date_from) > last_billed.from_day
    group by last_billed.line_id

),

-- A line that the subscription no longer has ended with the last period that it paid, or where the rest was credited.
ends as (

    select
        versions.line_id,
        min(versions.effective_from) as first_from,
        case
            when bool_or(current_items.line_id is not null) or not bool_or(listed.subscription_id is not null)
                then min(subscriptions.last_day)
            else least(min(subscriptions.last_day), max(last_billed.to_day), day_before(min(credited.from_day)))
        end as ends_on
    from step.versions
    left join step.subscriptions on versions.subscription_id = subscriptions.id
    left join step.last_periods as last_billed on versions.line_id = last_billed.line_id
    left join credited on versions.line_id = credited.line_id
    left join step.current_items on versions.line_id = current_items.line_id and current_items.effective_at is null
    left join (select distinct subscription_id from step.current_items) as listed
        on versions.subscription_id = listed.subscription_id
    group by versions.line_id

),

-- A scheduled change ends what it no longer names.
scheduled_ends as (

    select
        current_items.line_id,
        day_before(min(changes.changed_on)) as ends_on
    from step.current_items
    inner join (
        select
            subscription_id,
            min(site_day(effective_at)) as changed_on
        from step.current_items
        where effective_at is not null
        group by subscription_id
    ) as changes
        on current_items.subscription_id = changes.subscription_id
    group by current_items.line_id
    having bool_and(current_items.effective_at is null)

)

select
    versions.*,
    ends.first_from,
    -- An export that begins late knows the first items of a subscription from its first invoice only.
    case
        when ends.first_from = spans.from_day then least(subscriptions.first_day, ends.first_from)
        else ends.first_from
    end as starts_on,
    least(ends.ends_on, scheduled_ends.ends_on) as ends_on
from step.versions
inner join ends on versions.line_id = ends.line_id
left join scheduled_ends on versions.line_id = scheduled_ends.line_id
left join step.spans on versions.subscription_id = spans.subscription_id
left join step.subscriptions on versions.subscription_id = subscriptions.id
