-- The connector names no customer: a credit note is of its invoice's.
with invoices as (
    select id, min(customer_id) as customer_id
    from export.invoice
    group by id
)

select
    notes.id,
    notes.invoice_id,
    invoices.customer_id,
    as_moment(notes.created) as created,
    notes.status,
    cast(notes.total as varchar) as total,
    cast(
        try(cast(notes.total as decimal(38, 0)) - cast(notes.subtotal as decimal(38, 0))) as varchar
    ) as tax,
    notes.currency,
    notes.refund_id as refund_ids,
    lower(cast(notes.livemode as varchar)) as livemode,
from export.credit_note as notes
left join invoices on notes.invoice_id = invoices.id
