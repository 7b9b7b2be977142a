-- A discount stands in what it reduces, as an object where the export was asked for it (`expand`), and in a list.
with inside as (
    select id as holder_id, 'subscription' as holder, 1 as position, try(cast(discount as json)) as discount
    from export.subscriptions
    union all
    select
        id as holder_id,
        'subscription' as holder,
        generate_subscripts(try(from_json(cast(discounts as varchar), '["json"]')), 1) as position,
        unnest(try(from_json(cast(discounts as varchar), '["json"]'))) as discount,
    from export.subscriptions
    union all
    select id as holder_id, 'customer' as holder, 1 as position, try(cast(discount as json)) as discount
    from export.customers
    union all
    select
        item ->> '$.id' as holder_id,
        'item' as holder,
        generate_subscripts(try(from_json(json_extract(item, '$.discounts'), '["json"]')), 1) as position,
        unnest(try(from_json(json_extract(item, '$.discounts'), '["json"]'))) as discount,
    from (
        select unnest(try(from_json(json_extract(cast(items as varchar), '$.data'), '["json"]'))) as item
        from export.subscriptions
    )
    union all
    select
        id as holder_id,
        'item' as holder,
        generate_subscripts(try(from_json(cast(discounts as varchar), '["json"]')), 1) as position,
        unnest(try(from_json(cast(discounts as varchar), '["json"]'))) as discount,
    from export.subscription_items
    union all
    select
        id as holder_id,
        'invoice' as holder,
        generate_subscripts(try(from_json(cast(discounts as varchar), '["json"]')), 1) as position,
        unnest(try(from_json(cast(discounts as varchar), '["json"]'))) as discount,
    from export.invoices
    union all
    select
        id as holder_id,
        'list' as holder,
        1 as position,
        json_object(
            'id', id,
            'coupon', coalesce(try(cast(coupon as json)), to_json(cast(coupon as varchar))),
            'source', try(cast(source as json)),
            'customer', customer,
            'subscription', subscription,
            'subscription_item', subscription_item,
            'invoice', invoice,
            'start', cast(start as varchar),
            'end', cast("end" as varchar)
        ) as discount,
    from export.discounts
),

named as (
    select
        *,
        discount ->> '$.id' as id,
        coalesce(
            case
                when json_type(discount, '$.source.coupon') = 'OBJECT' then json_extract(discount, '$.source.coupon')
            end,
            case when json_type(discount, '$.coupon') = 'OBJECT' then json_extract(discount, '$.coupon') end
        ) as coupon,
    from inside
    where json_type(discount) = 'OBJECT'
),

-- The newest word of a discount is that of what it reduces; an invoice keeps what has gone since.
chosen as (
    select distinct on (id)
        *,
        coalesce(
            coupon ->> '$.id', discount ->> '$.source.coupon', discount ->> '$.coupon'
        ) as coupon_id,
    from named
    where id is not null
    order by
        id asc,
        list_position(['item', 'subscription', 'customer', 'list', 'invoice'], holder) asc,
        holder_id asc,
        position asc
),

coupons as (
    select distinct on (id) * from export.coupons as listed
    order by id, listed
)

select
    chosen.id,
    coalesce(
        chosen.discount ->> '$.customer', case when chosen.holder = 'customer' then chosen.holder_id end
    ) as customer_id,
    coalesce(
        chosen.discount ->> '$.subscription', case when chosen.holder = 'subscription' then chosen.holder_id end
    ) as subscription_id,
    coalesce(
        chosen.discount ->> '$.subscription_item', case when chosen.holder = 'item' then chosen.holder_id end
    ) as subscription_item_id,
    chosen.discount ->> '$.invoice' as invoice_id,
    cast(case when chosen.holder in ('item', 'subscription') then chosen.position end as varchar) as place,
    chosen.coupon_id,
    as_moment(chosen.discount ->> '$.start') as starts_at,
    as_moment(chosen.discount ->> '$.end') as ends_at,
    coalesce(chosen.coupon ->> '$.percent_off', cast(coupons.percent_off as varchar)) as percent_off,
    coalesce(chosen.coupon ->> '$.amount_off', cast(coupons.amount_off as varchar)) as amount_off,
    coalesce(chosen.coupon ->> '$.currency', coupons.currency) as currency,
    coalesce(chosen.coupon ->> '$.duration', coupons.duration) as duration,
    coalesce(
        chosen.coupon ->> '$.applies_to.products', try(cast(coupons.applies_to as varchar) ->> '$.products')
    ) as applies_to,
from chosen
left join coupons on chosen.coupon_id = coupons.id
