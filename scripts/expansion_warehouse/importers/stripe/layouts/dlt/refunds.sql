select
    id,
    customer as customer_id,
    charge as charge_id,
    payment_intent as payment_intent_id,
    cast(amount as varchar) as amount,
    currency,
    as_moment(created) as created,
    status,
from export.refunds
