with

documents as (

    select * from {{ ref('int_scoped_documents') }}

),

linked as (

    select * from {{ ref('int_linked_credits') }}

),

invoices as (

    select * from documents
    where kind = 'invoice'

),

credit_notes as (

    select * from documents
    where kind = 'credit_note' and settles_invoice_id is null

),

-- An invoice of what the credit note names; only without one, an invoice that names less and may hold it.
met as (

    select
        credit_notes.knowledge_id,
        credit_notes.invoice_id as credit_note_id,
        credit_notes.issued_on as credited_on,
        {{ scope_name('credit_notes') }} as scope,
        credit_notes.amount as credit,
        invoices.invoice_id,
        invoices.issued_on,
        {{ is_within_scope('invoices', 'credit_notes') }} as is_of_scope,
        invoices.amount
        - case when invoices.paid_on <= credit_notes.issued_on then invoices.paid_amount else 0 end as unpaid_amount
    from credit_notes
    inner join invoices
        on
            credit_notes.knowledge_id = invoices.knowledge_id
            and credit_notes.account_id = invoices.account_id
            and credit_notes.currency = invoices.currency
            and credit_notes.issued_on >= invoices.issued_on
            and (
                {{ is_within_scope('invoices', 'credit_notes') }}
                or {{ is_within_scope('credit_notes', 'invoices') }}
            )

),

credited_before as (

    select
        met.knowledge_id,
        met.credit_note_id,
        met.invoice_id,
        sum(linked.amount) as amount
    from met
    inner join linked
        on
            met.knowledge_id = linked.knowledge_id
            and met.invoice_id = linked.invoice_id
            and met.credited_on >= linked.credited_on
    group by met.knowledge_id, met.credit_note_id, met.invoice_id

)

select
    met.knowledge_id,
    met.credit_note_id,
    met.credited_on,
    met.scope,
    met.credit,
    met.invoice_id,
    met.issued_on,
    met.is_of_scope,
    met.unpaid_amount - coalesce(credited_before.amount, 0) as room
from met
left join credited_before
    on
        met.knowledge_id = credited_before.knowledge_id
        and met.credit_note_id = credited_before.credit_note_id
        and met.invoice_id = credited_before.invoice_id
where met.unpaid_amount - coalesce(credited_before.amount, 0) > 0
