select
    subscription_id,
    applied ->> 'coupon_id' as coupon_id,
    applied ->> 'apply_till' as apply_till
from (
    select
        coalesce(subscription ->> 'id', id) as subscription_id,
        unnest(cast(coalesce(subscription -> 'coupons', coupons) as json[])) as applied
    from export.subscriptions
)
