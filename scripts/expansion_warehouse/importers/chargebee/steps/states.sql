-- One row per recurring line and day from which something holds: what was billed, what the subscription says beyond
-- that, what is scheduled.
select
    line_id,
    subscription_id,
    customer_id,
    entity_id as item_price_id,
    is_plan,
    quantity,
    full_price as price,
    currency,
    period_unit,
    period,
    from_day as effective_from,
    is_tax_inclusive,
    tax_share,
    null as signed_on,
    true as is_billed,
    false as is_scheduled
from step.priced_periods as priced
-- A period like the one before says nothing new.
qualify coalesce(
    (entity_id, quantity, full_price, currency, is_tax_inclusive, tax_share) is distinct from
    lag((entity_id, quantity, full_price, currency, is_tax_inclusive, tax_share)) over (
        partition by line_id order by from_day
    ),
    true
)

union all

select
    current_items.line_id,
    current_items.subscription_id,
    subscriptions.customer_id,
    current_items.item_price_id,
    current_items.is_plan,
    current_items.quantity,
    current_items.price,
    subscriptions.currency,
    coalesce(current_items.period_unit, subscriptions.billing_period_unit) as period_unit,
    coalesce(current_items.period, subscriptions.billing_period) as period,
    case
        when current_items.effective_at is not null
            then site_day(current_items.effective_at)
        -- What costs nothing is in no invoice.
        when spans.last_from_day is null or try_cast(current_items.price as decimal(38, 12)) = 0
            then subscriptions.paid_from
        when subscriptions.term_day > spans.last_from_day then least(subscriptions.term_day, subscriptions.last_day)
        else least(
            site_day(subscriptions.updated_at), subscriptions.last_day
        )
    end as effective_from,
    last_billed.is_tax_inclusive,
    last_billed.tax_share,
    site_day(current_items.signed_at) as signed_on,
    false as is_billed,
    current_items.effective_at is not null as is_scheduled
from step.current_items
left join step.subscriptions on current_items.subscription_id = subscriptions.id
left join step.last_periods as last_billed on current_items.line_id = last_billed.line_id
left join step.spans on current_items.subscription_id = spans.subscription_id
where
    last_billed.line_id is null
    or current_items.effective_at is not null
    or subscriptions.status <> 'cancelled' and (
        current_items.item_price_id <> last_billed.entity_id
        or coalesce(try_cast(current_items.quantity as decimal(38, 12)), 1)
        <> coalesce(try_cast(last_billed.quantity as decimal(38, 12)), 1)
        or try_cast(current_items.price as decimal(38, 12)) <> try_cast(last_billed.full_price as decimal(38, 12))
    )
