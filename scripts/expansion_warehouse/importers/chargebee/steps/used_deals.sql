-- One row per subscription, coupon or discount, and line that it reduces: by the periods that invoices reduced, else,
-- where none is yet, from the first paid day. What lies on a whole invoice is split there among its lines.
with

reduced as (

    select
        recurring.subscription_id,
        discounts.entity_id as deal_id,
        case when discounts.discount_type like 'item_level%' then recurring.line_id end as line_id,
        min(recurring.from_day) as starts_on,
        max(recurring.to_day) as ends_on,
        added_up(discounts.discount_amount) as reduction,
        added_up(recurring.amount) as gross
    from source.invoice_line_discounts as discounts
    inner join step.billed_periods as recurring
        on discounts.line_item_id = recurring.id and discounts.invoice_id = recurring.invoice_id
    where discounts.discount_type in (
        'item_level_coupon', 'document_level_coupon', 'item_level_discount', 'document_level_discount'
    )
    group by all

)

select
    reduced.*,
    held.deal_id is not null as is_held,
    held.apply_till
from reduced
left join (
    select
        subscription_id,
        deal_id,
        max(apply_till) as apply_till
    from step.held_deals
    group by subscription_id, deal_id
) as held
    on reduced.subscription_id = held.subscription_id and reduced.deal_id = held.deal_id

union all

select
    held_deals.subscription_id,
    held_deals.deal_id,
    current_items.line_id,
    subscriptions.paid_from as starts_on,
    case
        when deals.duration_type = 'one_time'
            then day_before(add_months_to(subscriptions.paid_from, subscriptions.billing_months))
    end as ends_on,
    null as reduction,
    null as gross,
    true as is_held,
    held_deals.apply_till
from step.held_deals
left join step.subscriptions on held_deals.subscription_id = subscriptions.id
left join step.deals on held_deals.deal_id = deals.id
left join step.current_items
    on
        held_deals.subscription_id = current_items.subscription_id
        and held_deals.item_price_id = current_items.item_price_id
        and current_items.effective_at is null
left join reduced
    on held_deals.subscription_id = reduced.subscription_id and held_deals.deal_id = reduced.deal_id
where reduced.deal_id is null
