-- One row per invoice, credit note and refund, excluding tax. An invoice names a line, a product and a charge where all
-- of it is of that one.
with billed as (
    select
        invoices.id as invoice_id,
        invoices.customer_id as account_id,
        day_in_zone(coalesce(invoices.finalized_at, invoices.created), getvariable('timezone')) as issued_on,
        day_in_zone(invoices.due_date, getvariable('timezone')) as due_on,
        day_in_zone(invoices.paid_at, getvariable('timezone')) as paid_on,
        'invoice' as kind,
        contents.product_id,
        contents.contract_line_id,
        contents.charge_type,
        invoices.status,
        -- Of a part that is paid, the same part is paid without tax.
        case
            when invoices.status <> 'paid' and invoices.amount_paid <> '0'
                then rounded_money(divided(
                    divided(times(invoices.amount_paid, invoices.net), invoices.total), invoices.coins
                ))
        end as paid_amount,
        cast(null as varchar) as settles_invoice_id,
        divided(invoices.net, invoices.coins) as amount,
        upper(invoices.currency) as currency,
    from step.sent_invoices as invoices
    left join step.invoice_contents as contents on invoices.id = contents.invoice_id
),

credited as (
    select
        id as invoice_id,
        customer_id as account_id,
        day_in_zone(created, getvariable('timezone')) as issued_on,
        cast(null as varchar) as due_on,
        cast(null as varchar) as paid_on,
        'credit_note' as kind,
        cast(null as varchar) as product_id,
        cast(null as varchar) as contract_line_id,
        cast(null as varchar) as charge_type,
        case status when 'void' then 'void' end as status,
        cast(null as varchar) as paid_amount,
        invoice_id as settles_invoice_id,
        divided(less(total, coalesce(tax, '0')), coins_of(currency)) as amount,
        upper(currency) as currency,
    from source.credit_notes
    where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
),

every as (
    select * from billed
    union all
    select * from credited
    union all
    select * from step.refunds as refunded
)

select * from every
order by invoice_id, kind, amount, account_id, issued_on, status, paid_on
