-- A discount stands in what it reduces; an invoice keeps what has gone since.
with inside as (
    select
        1 as rank, discounts.id, discounts.start as starts_at, discounts."end" as ends_at,
        coalesce(discounts.source__coupon__id, discounts.source__coupon, discounts.coupon__id) as coupon_id,
        discounts.customer as customer_id,
        discounts.subscription as subscription_id,
        coalesce(discounts.subscription_item, items.id) as subscription_item_id,
        cast(null as varchar) as invoice_id,
        try_cast(discounts._dlt_list_idx as integer) + 1 as position,
    from export.item_discounts as discounts
    left join export.subscription_items as items on discounts._dlt_parent_id = items._dlt_id
    union all
    select
        2 as rank, discounts.id, discounts.start as starts_at, discounts."end" as ends_at,
        coalesce(discounts.source__coupon__id, discounts.source__coupon, discounts.coupon__id) as coupon_id,
        discounts.customer as customer_id,
        coalesce(discounts.subscription, subscriptions.id) as subscription_id,
        discounts.subscription_item as subscription_item_id,
        cast(null as varchar) as invoice_id,
        try_cast(discounts._dlt_list_idx as integer) + 1 as position,
    from export.subscription_discounts as discounts
    left join export.subscriptions as subscriptions on discounts._dlt_parent_id = subscriptions._dlt_id
    union all
    select
        2 as rank, discount__id as id, discount__start as starts_at, discount__end as ends_at,
        discount__coupon__id as coupon_id, customer as customer_id, id as subscription_id,
        cast(null as varchar) as subscription_item_id, cast(null as varchar) as invoice_id, 1 as position,
    from export.subscriptions
    union all
    select
        3 as rank, discount__id as id, discount__start as starts_at, discount__end as ends_at,
        coalesce(discount__source__coupon__id, discount__source__coupon, discount__coupon__id) as coupon_id,
        id as customer_id, cast(null as varchar) as subscription_id, cast(null as varchar) as subscription_item_id,
        cast(null as varchar) as invoice_id, cast(null as integer) as position,
    from export.customers
    union all
    select
        5 as rank, discounts.id, discounts.start as starts_at, discounts."end" as ends_at,
        coalesce(discounts.source__coupon__id, discounts.source__coupon, discounts.coupon__id) as coupon_id,
        discounts.customer as customer_id,
        discounts.subscription as subscription_id,
        discounts.subscription_item as subscription_item_id,
        discounts.invoice as invoice_id,
        cast(null as integer) as position,
    from export.invoice_discounts as discounts
),

chosen as (
    select distinct on (id) *
    from inside
    where id is not null
    order by id, rank, position, subscription_id, inside
),

products as (
    select _dlt_parent_id, to_json(list(value order by value)) as applies_to
    from export.coupon_products
    group by _dlt_parent_id
),

coupons as (
    select distinct on (listed.id) listed.*, cast(products.applies_to as varchar) as applies_to
    from export.coupons as listed
    left join products on listed._dlt_id = products._dlt_parent_id
    order by listed.id, listed
)

select
    chosen.id,
    chosen.customer_id,
    chosen.subscription_id,
    chosen.subscription_item_id,
    chosen.invoice_id,
    cast(chosen.position as varchar) as place,
    chosen.coupon_id,
    as_moment(chosen.starts_at) as starts_at,
    as_moment(chosen.ends_at) as ends_at,
    cast(coupons.percent_off as varchar) as percent_off,
    cast(coupons.amount_off as varchar) as amount_off,
    coupons.currency,
    coupons.duration,
    coupons.applies_to,
from chosen
left join coupons on chosen.coupon_id = coupons.id
