-- One row per refund that no credit note says, without tax as its invoice. A refund names a payment, and the payment
-- the customer and the invoice.
with payments as (
    select id, customer_id, invoice_id, payment_intent_id from source.charges
    union all
    select charge_id as id, customer_id, id as invoice_id, payment_intent_id from source.invoices
),

by_charge as (
    select id, min(customer_id) as customer_id, min(invoice_id) as invoice_id
    from payments
    where id is not null
    group by id
),

by_intent as (
    select payment_intent_id as id, min(customer_id) as customer_id, min(invoice_id) as invoice_id
    from payments
    where payment_intent_id is not null
    group by payment_intent_id
),

totals as (
    select
        id,
        min(customer_id) as customer_id,
        min(net) as net,
        min(total) as total,
    from step.sent_invoices as invoices
    group by id
    having count(*) = 1
),

paid_back as (
    select
        refunds.*,
        coalesce(by_charge.invoice_id, by_intent.invoice_id) as invoice_id,
        coalesce(refunds.customer_id, by_charge.customer_id, by_intent.customer_id) as known_customer_id,
    from source.refunds as refunds
    left join by_charge on refunds.charge_id = by_charge.id
    left join by_intent on refunds.payment_intent_id = by_intent.id
    where
        coalesce(refunds.status, 'succeeded') not in ('failed', 'canceled')
        and refunds.id not in (
            select unnest(regexp_extract_all(refund_ids, '[A-Za-z]+_[A-Za-z0-9_]+')) from source.credit_notes
        )
        and (
            getvariable('test_mode') = 'keep'
            or coalesce(refunds.charge_id, '') not in (
                select charges.id from source.charges as charges
                where charges.livemode = 'false' and charges.id is not null
            )
        )
)

select
    paid_back.id as invoice_id,
    coalesce(paid_back.known_customer_id, totals.customer_id) as account_id,
    day_in_zone(paid_back.created, getvariable('timezone')) as issued_on,
    cast(null as varchar) as due_on,
    cast(null as varchar) as paid_on,
    'refund' as kind,
    cast(null as varchar) as product_id,
    cast(null as varchar) as contract_line_id,
    cast(null as varchar) as charge_type,
    cast(null as varchar) as status,
    cast(null as varchar) as paid_amount,
    cast(null as varchar) as settles_invoice_id,
    case
        when totals.total is null or totals.total = totals.net
            then divided(paid_back.amount, coins_of(paid_back.currency))
        else rounded_money(divided(
            divided(times(paid_back.amount, totals.net), totals.total), coins_of(paid_back.currency)
        ))
    end as amount,
    upper(paid_back.currency) as currency,
from paid_back
left join totals on paid_back.invoice_id = totals.id
