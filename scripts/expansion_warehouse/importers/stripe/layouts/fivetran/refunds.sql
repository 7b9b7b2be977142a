select
    id,
    cast(null as varchar) as customer_id,
    charge_id,
    payment_intent_id,
    cast(amount as varchar) as amount,
    currency,
    as_moment(created) as created,
    status,
from export.refund
