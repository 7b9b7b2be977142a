-- Lines of invoices, and items that wait for the next invoice.
with parents as (
    select
        _dlt_id,
        min(id) as id,
        min(status) as status,
        min(customer) as customer_id,
    from export.invoices
    group by _dlt_id
)

select
    lines.id,
    parents.id as invoice_id,
    parents.status as invoice_status,
    parents.customer_id,
    coalesce(
        lines.parent__subscription_item_details__subscription,
        lines.parent__invoice_item_details__subscription,
        lines.subscription
    ) as subscription_id,
    coalesce(lines.parent__subscription_item_details__subscription_item, lines.subscription_item)
        as subscription_item_id,
    coalesce(lines.pricing__price_details__price, lines.price__id, lines.plan__id) as price_id,
    coalesce(lines.pricing__price_details__product, lines.price__product) as product_id,
    cast(lines.amount as varchar) as amount,
    lines.currency,
    cast(lines.quantity as varchar) as quantity,
    as_moment(lines.period__start) as period_start,
    as_moment(lines.period__end) as period_end,
    lower(coalesce(
        cast(lines.parent__subscription_item_details__proration as varchar),
        cast(lines.parent__invoice_item_details__proration as varchar),
        cast(lines.proration as varchar)
    )) as proration,
    case
        when left(cast(lines.amount as varchar), 1) = '-' then 'true'
        when coalesce(
            lines.parent__subscription_item_details__proration_details__credited_items__invoice,
            lines.parent__invoice_item_details__proration_details__credited_items__invoice,
            lines.proration_details__credited_items__invoice
        ) is not null then 'true'
        else 'false'
    end as is_credit,
    lower(cast(lines.livemode as varchar)) as livemode,
from export.invoice_lines as lines
left join parents on lines._dlt_parent_id = parents._dlt_id
union all
select
    id,
    cast(null as varchar) as invoice_id,
    cast(null as varchar) as invoice_status,
    customer as customer_id,
    coalesce(parent__subscription_details__subscription, subscription) as subscription_id,
    coalesce(parent__subscription_details__subscription_item, subscription_item) as subscription_item_id,
    coalesce(pricing__price_details__price, price__id, plan__id) as price_id,
    coalesce(pricing__price_details__product, price__product) as product_id,
    cast(amount as varchar) as amount,
    currency,
    cast(quantity as varchar) as quantity,
    as_moment(period__start) as period_start,
    as_moment(period__end) as period_end,
    lower(cast(proration as varchar)) as proration,
    case
        when left(cast(amount as varchar), 1) = '-' then 'true'
        when proration_details__credited_items__invoice is not null then 'true'
        else 'false'
    end as is_credit,
    lower(cast(livemode as varchar)) as livemode,
from export.invoice_items
where invoice is null
