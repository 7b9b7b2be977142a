-- Which invoice a payment was for, from the charge or, in newer versions of the API, from the invoice's payments.
select
    id,
    coalesce(try(customer ->> '$.id'), customer) as customer_id,
    coalesce(try(invoice ->> '$.id'), invoice) as invoice_id,
    coalesce(try(payment_intent ->> '$.id'), payment_intent) as payment_intent_id,
    lower(cast(livemode as varchar)) as livemode,
from export.charges
union all
select
    try(cast(payment as varchar) ->> '$.charge') as id,
    cast(null as varchar) as customer_id,
    invoice as invoice_id,
    try(cast(payment as varchar) ->> '$.payment_intent') as payment_intent_id,
    cast(null as varchar) as livemode,
from export.invoice_payments
