-- Which invoice a payment was for, from the charge or, in newer versions of the API, from the invoice's payments.
select
    id,
    customer as customer_id,
    invoice as invoice_id,
    payment_intent as payment_intent_id,
    lower(cast(livemode as varchar)) as livemode,
from export.charges
union all
select
    payment__charge as id,
    cast(null as varchar) as customer_id,
    invoice as invoice_id,
    payment__payment_intent as payment_intent_id,
    cast(null as varchar) as livemode,
from export.invoice_payments
