select
    subscription_id,
    coupon_id,
    apply_till
from export.subscription_coupon
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
