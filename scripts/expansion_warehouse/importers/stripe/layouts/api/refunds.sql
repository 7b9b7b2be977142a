select
    id,
    coalesce(try(customer ->> '$.id'), customer) as customer_id,
    coalesce(try(charge ->> '$.id'), charge) as charge_id,
    coalesce(try(payment_intent ->> '$.id'), payment_intent) as payment_intent_id,
    cast(amount as varchar) as amount,
    currency,
    as_moment(created) as created,
    status,
from export.refunds
