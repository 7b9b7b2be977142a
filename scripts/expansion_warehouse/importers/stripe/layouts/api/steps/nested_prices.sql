-- One row per price or plan that stands inside of an item or invoice line, as often as it does.
with
-- Prices and, of older accounts, plans; then those that only stand inside of items and invoice lines.
held as (
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

nested as (
    select coalesce(
        case when json_type(holder, '$.price') = 'OBJECT' then json_extract(holder, '$.price') end,
        case when json_type(holder, '$.plan') = 'OBJECT' then json_extract(holder, '$.plan') end
    ) as price
    from held
)

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
