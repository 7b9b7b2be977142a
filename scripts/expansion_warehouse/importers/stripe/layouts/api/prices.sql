-- Prices and, of older accounts, plans; then those that only stand inside of items and invoice lines.
with held as (
    select unnest(try(from_json(json_extract(cast(items as varchar), '$.data'), '["json"]'))) as holder
    from export.subscriptions
    union all
    select json_object('price', try(cast(price as json)), 'plan', try(cast(plan as json))) as holder
    from export.subscription_items
    union all
    select unnest(try(from_json(json_extract(cast(lines as varchar), '$.data'), '["json"]'))) as holder
    from export.invoices
    union all
    select json_object('price', try(cast(price as json)), 'plan', try(cast(plan as json))) as holder
    from export.invoice_line_items
    union all
    select json_object('price', try(cast(price as json)), 'plan', try(cast(plan as json))) as holder
    from export.invoice_items
),

listed as (
    select
        id,
        json_object(
            'product', coalesce(try(product ->> '$.id'), product),
            'nickname', nickname,
            'currency', currency,
            'unit_amount', coalesce(cast(unit_amount_decimal as varchar), cast(unit_amount as varchar)),
            'billing_scheme', billing_scheme,
            'interval', try(cast(recurring as varchar) ->> '$.interval'),
            'interval_count', try(cast(recurring as varchar) ->> '$.interval_count'),
            'usage_type', try(cast(recurring as varchar) ->> '$.usage_type'),
            'divide_by', try(cast(transform_quantity as varchar) ->> '$.divide_by'),
            'round', try(cast(transform_quantity as varchar) ->> '$.round'),
            'tax_behavior', tax_behavior,
            'active', lower(cast(active as varchar)),
            'tier_rank', try(cast(metadata as varchar) ->> '$.tier_rank'),
            'livemode', lower(cast(livemode as varchar))
        ) as price,
    from export.prices
    union all
    select
        id,
        json_object(
            'product', coalesce(try(product ->> '$.id'), product),
            'nickname', nickname,
            'currency', currency,
            'unit_amount', coalesce(cast(amount_decimal as varchar), cast(amount as varchar)),
            'billing_scheme', billing_scheme,
            'interval', "interval",
            'interval_count', cast(interval_count as varchar),
            'usage_type', usage_type,
            'divide_by', try(cast(transform_usage as varchar) ->> '$.divide_by'),
            'round', try(cast(transform_usage as varchar) ->> '$.round'),
            'tax_behavior', null,
            'active', lower(cast(active as varchar)),
            'tier_rank', try(cast(metadata as varchar) ->> '$.tier_rank'),
            'livemode', lower(cast(livemode as varchar))
        ) as price,
    from export.plans
    where id not in (select prices.id from export.prices as prices where prices.id is not null)
),

nested as (
    select coalesce(
        case when json_type(holder, '$.price') = 'OBJECT' then json_extract(holder, '$.price') end,
        case when json_type(holder, '$.plan') = 'OBJECT' then json_extract(holder, '$.plan') end
    ) as price
    from held
),

found as (
    select
        price ->> '$.id' as id,
        json_object(
            'product', coalesce(price ->> '$.product.id', price ->> '$.product'),
            'nickname', price ->> '$.nickname',
            'currency', price ->> '$.currency',
            'unit_amount', coalesce(
                price ->> '$.unit_amount_decimal',
                price ->> '$.unit_amount',
                price ->> '$.amount_decimal',
                price ->> '$.amount'
            ),
            'billing_scheme', price ->> '$.billing_scheme',
            'interval', coalesce(price ->> '$.recurring.interval', price ->> '$.interval'),
            'interval_count', coalesce(price ->> '$.recurring.interval_count', price ->> '$.interval_count'),
            'usage_type', coalesce(price ->> '$.recurring.usage_type', price ->> '$.usage_type'),
            'divide_by', coalesce(price ->> '$.transform_quantity.divide_by', price ->> '$.transform_usage.divide_by'),
            'round', coalesce(price ->> '$.transform_quantity.round', price ->> '$.transform_usage.round'),
            'tax_behavior', price ->> '$.tax_behavior',
            'active', price ->> '$.active',
            'tier_rank', price ->> '$.metadata.tier_rank',
            'livemode', price ->> '$.livemode'
        ) as price,
    from nested
    where price ->> '$.id' is not null
),

every as (
    select id, price from listed
    union all
    select id, min(price) as price
    from found
    where id not in (select listed.id from listed where listed.id is not null)
    group by id
)

select
    id,
    price ->> '$.product' as product_id,
    price ->> '$.nickname' as nickname,
    price ->> '$.currency' as currency,
    price ->> '$.unit_amount' as unit_amount,
    price ->> '$.billing_scheme' as billing_scheme,
    price ->> '$.interval' as billing_interval,
    price ->> '$.interval_count' as interval_count,
    price ->> '$.usage_type' as usage_type,
    price ->> '$.divide_by' as divide_by,
    price ->> '$.round' as rounding,
    price ->> '$.tax_behavior' as tax_behavior,
    price ->> '$.active' as active,
    price ->> '$.tier_rank' as tier_rank,
    price ->> '$.livemode' as livemode,
from every
