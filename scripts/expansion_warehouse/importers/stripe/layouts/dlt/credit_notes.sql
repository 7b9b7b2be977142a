with paid_back as (
    select _dlt_parent_id, string_agg(refund, ' ' order by refund) as refunds
    from export.credit_note_refunds
    group by _dlt_parent_id
)

select
    notes.id,
    notes.invoice as invoice_id,
    notes.customer as customer_id,
    as_moment(notes.created) as created,
    notes.status,
    cast(notes.total as varchar) as total,
    cast(
        try(
            cast(notes.total as decimal(38, 0))
            - cast(coalesce(
                cast(notes.total_excluding_tax as varchar), cast(notes.subtotal as varchar)
            ) as decimal(38, 0))
        ) as varchar
    ) as tax,
    notes.currency,
    concat_ws(' ', notes.refund, paid_back.refunds) as refund_ids,
    lower(cast(notes.livemode as varchar)) as livemode,
from export.credit_notes as notes
left join paid_back on notes._dlt_id = paid_back._dlt_parent_id
