select
    id,
    discount_type,
    discount_percentage,
    minor_units(discount_amount, currency_code) as discount_amount,
    duration_type,
    apply_on
from export.coupon
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
