-- One row per subscription item: when it begins, and how it ends: at once, with notice, or taken out of a
-- subscription that goes on.
with
-- The half of a proration that gives time back has no partner where an item was taken out.
last_debits as (
    select
        subscription_item_id,
        max(start_day) as start_day,
        max(end_day) as end_day,
    from step.billed_lines as billed
    where subscription_item_id is not null and is_credit = 'false'
    group by subscription_item_id
),

taken_out as (
    select
        billed.subscription_item_id,
        min(billed.start_day) as first_day_without,
    from step.billed_lines as billed
    left join last_debits on billed.subscription_item_id = last_debits.subscription_item_id
    where
        billed.subscription_item_id is not null
        and billed.is_credit = 'true'
        and billed.start_day > coalesce(last_debits.start_day, '')
    group by billed.subscription_item_id
),

ended as (
    select
        subscriptions.*,
        day_in_zone(
            coalesce(
                subscriptions.ended_at,
                subscriptions.cancel_at,
                case
                    when subscriptions.cancel_at_period_end = 'true'
                        then coalesce(subscriptions.current_period_end, periods.current_period_end)
                end
            ),
            getvariable('timezone')
        ) as end_day,
        day_in_zone(coalesce(subscriptions.current_period_end, periods.current_period_end), getvariable('timezone'))
            as period_end_day,
        coalesce(periods.has_items, false) as has_items,
    from step.subscriptions
    left join (
        select
            subscription_id,
            max(current_period_end) as current_period_end,
            bool_or(is_listed) as has_items,
        from step.items
        group by subscription_id
    ) as periods on subscriptions.id = periods.subscription_id
)

select
    items.id,
    items.subscription_id,
    items.price_id,
    items.quantity,
    items.is_listed,
    items.created as item_created,
    ended.customer_id,
    ended.created,
    ended.status as subscription_status,
    ended.trial_start,
    ended.trial_end,
    ended.ended_at,
    ended.tax_percent,
    ended.notice_day,
    ended.anchor_day,
    ended.period_end_day,
    case
        when
            items.created is null
            or day_in_zone(items.created, getvariable('timezone'))
            <= day_in_zone(ended.created, getvariable('timezone'))
            then ended.start_day
        else day_in_zone(items.created, getvariable('timezone'))
    end as item_day,
    case
        when not items.is_listed and ended.has_items
            then least(ended.end_day, coalesce(taken_out.first_day_without, last_debits.end_day))
        else least(ended.end_day, taken_out.first_day_without)
    end as end_day,
    coalesce(
        case
            when not items.is_listed and ended.has_items
                then coalesce(taken_out.first_day_without, last_debits.end_day)
            else taken_out.first_day_without
        end < coalesce(ended.end_day, '9999-12-31'),
        false
    ) as is_taken_out,
from step.items
left join ended on items.subscription_id = ended.id
left join taken_out on items.id = taken_out.subscription_item_id
left join last_debits on items.id = last_debits.subscription_item_id
where
    items.subscription_id is null
    or items.subscription_id not in (select test_subscriptions.id from step.test_subscriptions)
