with listed as (
    select
        id, coupon_id, customer_id, subscription_id, subscription_item_id, invoice_id,
        coalesce(cast(start_at as varchar), cast(start as varchar)) as starts_at,
        coalesce(cast(end_at as varchar), cast("end" as varchar)) as ends_at,
    from export.subscription_discount
    union all
    select
        id, coupon_id, customer_id, subscription_id, subscription_item_id, invoice_id,
        coalesce(cast(start_at as varchar), cast(start as varchar)) as starts_at,
        coalesce(cast(end_at as varchar), cast("end" as varchar)) as ends_at,
    from export.discount
    where id not in (select known.id from export.subscription_discount as known where known.id is not null)
),

chosen as (
    select distinct on (id) *
    from listed
    order by id, listed
),

coupons as (
    select distinct on (id) * from export.coupon as listed
    order by id, listed
)

select
    chosen.id,
    chosen.customer_id,
    chosen.subscription_id,
    chosen.subscription_item_id,
    chosen.invoice_id,
    cast(null as varchar) as place,
    chosen.coupon_id,
    as_moment(chosen.starts_at) as starts_at,
    as_moment(chosen.ends_at) as ends_at,
    cast(coupons.percent_off as varchar) as percent_off,
    cast(coupons.amount_off as varchar) as amount_off,
    coupons.currency,
    coupons.duration,
    cast(null as varchar) as applies_to,
from chosen
left join coupons on chosen.coupon_id = coupons.id
