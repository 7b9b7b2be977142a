-- Tax stands in one field, or is the sum of a list, by the version of the API.
with taxes as (
    select
        id,
        unnest(try(from_json(coalesce(cast(total_taxes as varchar), cast(total_tax_amounts as varchar)), '["json"]')))
            as tax,
    from export.invoices
),

taxed as (
    select
        id,
        cast(sum(cast(tax ->> '$.amount' as decimal(38, 6))) as varchar) as tax,
    from (select distinct id, tax from taxes)
    group by id
)

select
    invoices.id,
    coalesce(try(invoices.customer ->> '$.id'), invoices.customer) as customer_id,
    coalesce(
        try(cast(invoices.parent as varchar) ->> '$.subscription_details.subscription'),
        try(cast(invoices.subscription as varchar) ->> '$.id'),
        cast(invoices.subscription as varchar)
    ) as subscription_id,
    invoices.status,
    as_moment(invoices.created) as created,
    as_moment(try(cast(invoices.status_transitions as varchar) ->> '$.finalized_at')) as finalized_at,
    as_moment(invoices.due_date) as due_date,
    as_moment(try(cast(invoices.status_transitions as varchar) ->> '$.paid_at')) as paid_at,
    cast(invoices.total as varchar) as total,
    coalesce(cast(invoices.tax as varchar), taxed.tax) as tax,
    cast(invoices.amount_paid as varchar) as amount_paid,
    invoices.currency,
    coalesce(try(cast(invoices.charge as varchar) ->> '$.id'), cast(invoices.charge as varchar)) as charge_id,
    coalesce(
        try(cast(invoices.payment_intent as varchar) ->> '$.id'), cast(invoices.payment_intent as varchar)
    ) as payment_intent_id,
    lower(cast(invoices.livemode as varchar)) as livemode,
from export.invoices as invoices
left join taxed on invoices.id = taxed.id
