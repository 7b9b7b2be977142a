-- Lines inside of invoices, those of a list of their own, and items that wait for the next invoice.
with inside as (
    select
        id as invoice_id,
        unnest(try(from_json(json_extract(cast(lines as varchar), '$.data'), '["json"]'))) as line,
    from export.invoices
),

beside as (
    select
        coalesce(cast(invoice as varchar), cast(invoice_id as varchar)) as invoice_id,
        json_object(
            'id', id, 'customer', customer, 'subscription', subscription, 'subscription_item', subscription_item,
            'amount', cast(amount as varchar), 'currency', currency, 'quantity', cast(quantity as varchar),
            'period', try(cast(period as json)), 'proration', lower(cast(proration as varchar)),
            'proration_details', try(cast(proration_details as json)), 'parent', try(cast(parent as json)),
            'price', coalesce(try(cast(price as json)), to_json(cast(price as varchar))),
            'plan', coalesce(try(cast(plan as json)), to_json(cast(plan as varchar))),
            'pricing', try(cast(pricing as json)), 'livemode', lower(cast(livemode as varchar))
        ) as line,
    from export.invoice_line_items
    where id not in (select inside.line ->> '$.id' from inside where inside.line ->> '$.id' is not null)
),

waiting as (
    select
        cast(null as varchar) as invoice_id,
        json_object(
            'id', id, 'customer', customer, 'subscription', subscription, 'subscription_item', subscription_item,
            'amount', cast(amount as varchar), 'currency', currency, 'quantity', cast(quantity as varchar),
            'period', try(cast(period as json)), 'proration', lower(cast(proration as varchar)),
            'proration_details', try(cast(proration_details as json)), 'parent', try(cast(parent as json)),
            'price', coalesce(try(cast(price as json)), to_json(cast(price as varchar))),
            'plan', coalesce(try(cast(plan as json)), to_json(cast(plan as varchar))),
            'pricing', try(cast(pricing as json)), 'livemode', lower(cast(livemode as varchar))
        ) as line,
    from export.invoice_items
    where invoice is null
),

lines as (
    select invoice_id, line from inside
    union all
    select invoice_id, line from beside
    union all
    select invoice_id, line from waiting
),

invoices as (
    select
        id,
        min(status) as status,
        min(coalesce(try(customer ->> '$.id'), customer)) as customer_id,
    from export.invoices
    group by id
)

select
    lines.line ->> '$.id' as id,
    lines.invoice_id,
    invoices.status as invoice_status,
    coalesce(invoices.customer_id, lines.line ->> '$.customer') as customer_id,
    coalesce(
        lines.line ->> '$.parent.subscription_item_details.subscription',
        lines.line ->> '$.parent.invoice_item_details.subscription',
        lines.line ->> '$.parent.subscription_details.subscription',
        lines.line ->> '$.subscription'
    ) as subscription_id,
    coalesce(
        lines.line ->> '$.parent.subscription_item_details.subscription_item',
        lines.line ->> '$.parent.subscription_details.subscription_item',
        lines.line ->> '$.subscription_item'
    ) as subscription_item_id,
    coalesce(
        lines.line ->> '$.pricing.price_details.price',
        lines.line ->> '$.price.id',
        lines.line ->> '$.price',
        lines.line ->> '$.plan.id',
        lines.line ->> '$.plan'
    ) as price_id,
    coalesce(
        lines.line ->> '$.pricing.price_details.product',
        lines.line ->> '$.price.product',
        lines.line ->> '$.plan.product'
    ) as product_id,
    lines.line ->> '$.amount' as amount,
    lines.line ->> '$.currency' as currency,
    lines.line ->> '$.quantity' as quantity,
    as_moment(lines.line ->> '$.period.start') as period_start,
    as_moment(lines.line ->> '$.period.end') as period_end,
    coalesce(
        lines.line ->> '$.parent.subscription_item_details.proration',
        lines.line ->> '$.parent.invoice_item_details.proration',
        lines.line ->> '$.proration'
    ) as proration,
    case
        when left(lines.line ->> '$.amount', 1) = '-' then 'true'
        when coalesce(
            lines.line ->> '$.parent.subscription_item_details.proration_details.credited_items',
            lines.line ->> '$.parent.invoice_item_details.proration_details.credited_items',
            lines.line ->> '$.proration_details.credited_items'
        ) is not null then 'true'
        else 'false'
    end as is_credit,
    lines.line ->> '$.livemode' as livemode,
from lines
left join invoices on lines.invoice_id = invoices.id
