with

documents as (

    select * from {{ ref('int_scoped_documents') }}

)

select
    invoices.knowledge_id,
    invoices.invoice_id,
    credit_notes.issued_on as credited_on,
    sum(credit_notes.amount) as amount
from documents as credit_notes
inner join documents as invoices
    on
        credit_notes.knowledge_id = invoices.knowledge_id
        and credit_notes.settles_invoice_id = invoices.invoice_id
        and credit_notes.currency = invoices.currency
where credit_notes.kind = 'credit_note' and invoices.kind = 'invoice'
group by invoices.knowledge_id, invoices.invoice_id, credit_notes.issued_on
