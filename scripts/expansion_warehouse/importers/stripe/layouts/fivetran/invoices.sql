select
    id,
    customer_id,
    subscription_id,
    case when lower(cast(is_deleted as varchar)) = 'true' then 'deleted' else status end as status,
    as_moment(created) as created,
    as_moment(coalesce(cast(status_transitions_finalized_at as varchar), cast(finalized_at as varchar)))
        as finalized_at,
    as_moment(due_date) as due_date,
    as_moment(status_transitions_paid_at) as paid_at,
    cast(total as varchar) as total,
    cast(tax as varchar) as tax,
    cast(amount_paid as varchar) as amount_paid,
    currency,
    charge_id,
    payment_intent_id,
    lower(cast(livemode as varchar)) as livemode,
from export.invoice
