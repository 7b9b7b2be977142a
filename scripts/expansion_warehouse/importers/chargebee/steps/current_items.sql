-- One row per recurring line as the subscription says it now, and one as a scheduled change will have it.
select
    items_now.subscription_id,
    items_now.item_price_id,
    items_now.quantity,
    coalesce(prices.type, items_now.item_type) = 'plan' as is_plan,
    line_of(
        items_now.subscription_id,
        items_now.item_price_id,
        coalesce(prices.type, items_now.item_type) = 'plan'
    ) as line_id,
    case
        when items_now.amount is null or coalesce(try_cast(items_now.quantity as decimal(38, 12)), 1) = 0
            then items_now.unit_price
        else divided(items_now.amount, coalesce(items_now.quantity, '1'))
    end as price,
    prices.period_unit,
    prices.period,
    items_now.effective_at,
    items_now.signed_at
from (
    select subscription_id, item_price_id, item_type, quantity, unit_price, amount,
        null as effective_at, null as signed_at
    from source.subscription_items
    union all
    select subscription_id, item_price_id, item_type, quantity, unit_price, amount,
        effective_at, updated_at as signed_at
    from source.scheduled_items
) as items_now
left join step.prices on items_now.item_price_id = prices.id
where coalesce(prices.type, items_now.item_type) in ('plan', 'addon') and not coalesce(prices.metered, false)
qualify row_number() over (
    partition by line_id, items_now.effective_at is null order by cast(items_now as varchar)
) = 1
