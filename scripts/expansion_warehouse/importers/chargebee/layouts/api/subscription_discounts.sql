select
    subscription_id,
    applied ->> 'id' as id,
    applied ->> 'type' as discount_type,
    applied ->> 'percentage' as discount_percentage,
    minor_units(
        applied ->> 'amount', coalesce(applied ->> 'currency_code', currency)
    ) as discount_amount,
    applied ->> 'duration_type' as duration_type,
    applied ->> 'apply_on' as apply_on,
    applied ->> 'item_price_id' as item_price_id,
    applied ->> 'apply_till' as apply_till
from (
    select
        coalesce(subscription ->> 'id', id) as subscription_id,
        coalesce(subscription ->> 'currency_code', currency_code) as currency,
        unnest(cast(coalesce(subscription -> 'discounts', discounts) as json[])) as applied
    from export.subscriptions
)
