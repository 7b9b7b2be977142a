select
    id,
    customer_id,
    invoice_id,
    payment_intent_id,
    lower(cast(livemode as varchar)) as livemode,
from export.charge
