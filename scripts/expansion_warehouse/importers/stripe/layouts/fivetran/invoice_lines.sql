-- Lines of invoices, and items that wait for the next invoice.
with invoices as (
    select
        id,
        min(case when lower(cast(is_deleted as varchar)) = 'true' then 'deleted' else status end) as status,
        min(customer_id) as customer_id,
    from export.invoice
    group by id
)

select
    lines.id,
    lines.invoice_id,
    invoices.status as invoice_status,
    invoices.customer_id,
    lines.subscription_id,
    lines.subscription_item_id,
    coalesce(lines.price_id, lines.plan_id) as price_id,
    cast(null as varchar) as product_id,
    cast(lines.amount as varchar) as amount,
    lines.currency,
    cast(lines.quantity as varchar) as quantity,
    as_moment(lines.period_start) as period_start,
    as_moment(lines.period_end) as period_end,
    lower(cast(lines.proration as varchar)) as proration,
    case when left(cast(lines.amount as varchar), 1) = '-' then 'true' else 'false' end as is_credit,
    lower(cast(lines.livemode as varchar)) as livemode,
from export.invoice_line_item as lines
left join invoices on lines.invoice_id = invoices.id
union all
select
    id,
    cast(null as varchar) as invoice_id,
    cast(null as varchar) as invoice_status,
    customer_id,
    subscription_id,
    subscription_item_id,
    coalesce(price_id, plan_id) as price_id,
    cast(null as varchar) as product_id,
    cast(amount as varchar) as amount,
    currency,
    cast(quantity as varchar) as quantity,
    as_moment(period_start) as period_start,
    as_moment(period_end) as period_end,
    lower(cast(proration as varchar)) as proration,
    case when left(cast(amount as varchar), 1) = '-' then 'true' else 'false' end as is_credit,
    lower(cast(livemode as varchar)) as livemode,
from export.invoice_item
where invoice_id is null
