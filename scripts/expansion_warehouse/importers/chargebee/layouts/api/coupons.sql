select
    coalesce(coupon ->> 'id', id) as id,
    coalesce(coupon ->> 'discount_type', discount_type) as discount_type,
    coalesce(coupon ->> 'discount_percentage', discount_percentage) as discount_percentage,
    minor_units(
        coalesce(coupon ->> 'discount_amount', discount_amount),
        coalesce(coupon ->> 'currency_code', currency_code)
    ) as discount_amount,
    coalesce(coupon ->> 'duration_type', duration_type) as duration_type,
    coalesce(coupon ->> 'apply_on', apply_on) as apply_on
from export.coupons
