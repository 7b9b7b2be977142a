with

documents as (

    select
        id as invoice_id,
        customer_id,
        date,
        due_date,
        paid_at,
        'invoice' as kind,
        case
            when try_cast(write_off_amount as decimal(38, 12)) > 0 then 'uncollectible'
            when status in ('posted', 'payment_due', 'not_paid') then 'open'
            when status = 'voided' then 'void'
            else status
        end as status,
        total,
        tax,
        amount_paid,
        credits_applied,
        null as settles_invoice_id,
        currency,
        case when count(*) over (partition by id) > 1 then updated_at end as updated_at
    from source.invoices
    where coalesce(deleted, '') <> 'true' and coalesce(status, '') <> 'pending'

    union all

    select
        id as invoice_id,
        customer_id,
        date,
        null as due_date,
        null as paid_at,
        'credit_note' as kind,
        case status when 'voided' then 'void' end as status,
        total,
        tax,
        null as amount_paid,
        null as credits_applied,
        reference_invoice_id as settles_invoice_id,
        currency,
        case when count(*) over (partition by id) > 1 then updated_at end as updated_at
    from source.credit_notes
    where coalesce(deleted, '') <> 'true' and coalesce(reason_code, '') <> 'write_off'

    union all

    select
        id as invoice_id,
        customer_id,
        date,
        null as due_date,
        null as paid_at,
        'refund' as kind,
        null as status,
        amount as total,
        null as tax,
        null as amount_paid,
        null as credits_applied,
        null as settles_invoice_id,
        currency,
        case when count(*) over (partition by id) > 1 then updated_at end as updated_at
    from source.transactions
    where type = 'refund' and coalesce(status, 'success') = 'success' and credit_note_id is null

),

measured as (

    select
        *,
        try_cast(total as decimal(28, 6)) as gross,
        try_cast(coalesce(tax, '0') as decimal(28, 6)) as taxes,
        less(amount_paid, negated(coalesce(credits_applied, '0'))) as all_paid,
        try_cast(all_paid as decimal(28, 6)) as paid
    from documents

)

select
    invoice_id,
    customer_id as account_id,
    site_day(date) as issued_on,
    site_day(due_date) as due_on,
    -- What was written off was never paid, though Chargebee calls the invoice paid from that day on.
    case
        when status <> 'uncollectible' or kind <> 'invoice' then site_day(paid_at)
    end as paid_on,
    kind,
    status,
    case
        when paid is null then all_paid
        when paid = gross then cast(gross - taxes as varchar)
        when gross <> 0 then divided(cast(paid * (gross - taxes) as varchar), cast(gross as varchar))
    end as paid_amount,
    settles_invoice_id,
    -- Text that is no number stays as it came, so that its row is refused and nothing is guessed.
    case
        when gross is null then total
        when taxes is null then tax
        else cast(gross - taxes as varchar)
    end as amount,
    upper(currency) as currency,
    as_moment(updated_at) as recorded_at
from measured
order by all
