-- One row per subscription, coupon or discount that it holds, and item on which that lies.
select
    subscription_id,
    deal_id,
    item_price_id,
    max(apply_till) as apply_till
from (
    select
        subscription_id,
        coupon_id as deal_id,
        null as item_price_id,
        apply_till
    from source.subscription_coupons
    union all
    select
        subscription_id,
        id as deal_id,
        case when apply_on = 'specific_item_price' then item_price_id end as item_price_id,
        apply_till
    from source.subscription_discounts
)
group by subscription_id, deal_id, item_price_id
