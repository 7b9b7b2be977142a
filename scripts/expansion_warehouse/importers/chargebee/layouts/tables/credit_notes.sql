with

-- What a note says itself, else its taxes, else those of its lines.
taxes as (

    select
        credit_note_id,
        added_up(amount) as tax
    from export.credit_note_tax
    where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
    group by credit_note_id

),

line_taxes as (

    select
        credit_note_id,
        added_up(tax_amount) as tax
    from export.credit_note_line_item
    where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
    group by credit_note_id

)

select
    notes.id,
    notes.customer_id,
    notes.subscription_id,
    notes.reference_invoice_id,
    notes.reason_code,
    notes.type,
    notes.status,
    notes.date,
    minor_units(notes.total, notes.currency_code) as total,
    minor_units(coalesce(notes.tax, taxes.tax, line_taxes.tax), notes.currency_code) as tax,
    notes.currency_code as currency,
    notes.deleted,
    notes.updated_at
from export.credit_note as notes
left join taxes on notes.id = taxes.credit_note_id
left join line_taxes on notes.id = line_taxes.credit_note_id
where coalesce(lower(notes._fivetran_deleted), 'false') <> 'true'
