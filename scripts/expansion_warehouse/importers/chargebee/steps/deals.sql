-- One row per coupon or discount: what it is worth and how long it lasts.
select
    id,
    discount_type,
    discount_percentage,
    discount_amount,
    duration_type
from (
    select id, discount_type, discount_percentage, discount_amount, duration_type from source.coupons
    union all
    select id, discount_type, discount_percentage, discount_amount, duration_type from source.subscription_discounts
)
qualify row_number() over (
    partition by id order by discount_type nulls last, discount_percentage, discount_amount, duration_type
) = 1
