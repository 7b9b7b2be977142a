select
    coalesce(transaction ->> 'id', id) as id,
    coalesce(transaction ->> 'customer_id', customer_id) as customer_id,
    coalesce(transaction ->> 'type', type) as type,
    coalesce(transaction ->> 'status', status) as status,
    coalesce(transaction ->> 'date', date) as date,
    minor_units(
        coalesce(transaction ->> 'amount', amount), coalesce(transaction ->> 'currency_code', currency_code)
    ) as amount,
    coalesce(transaction ->> 'currency_code', currency_code) as currency,
    coalesce(transaction -> 'linked_credit_notes', linked_credit_notes) -> 0 ->> 'cn_id' as credit_note_id,
    coalesce(transaction ->> 'deleted', deleted) as deleted,
    coalesce(transaction ->> 'updated_at', updated_at) as updated_at
from export.transactions
