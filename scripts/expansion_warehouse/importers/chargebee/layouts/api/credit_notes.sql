select
    id,
    customer_id,
    subscription_id,
    reference_invoice_id,
    reason_code,
    type,
    status,
    date,
    minor_units(total, currency) as total,
    minor_units(
        cast(
            list_sum([try_cast(tax ->> 'amount' as decimal(38, 0)) for tax in cast(taxes as json[])]) as varchar
        ),
        currency
    ) as tax,
    currency,
    deleted,
    updated_at
from (
    select
        coalesce(credit_note ->> 'id', id) as id,
        coalesce(credit_note ->> 'customer_id', customer_id) as customer_id,
        coalesce(credit_note ->> 'subscription_id', subscription_id) as subscription_id,
        coalesce(credit_note ->> 'reference_invoice_id', reference_invoice_id) as reference_invoice_id,
        coalesce(credit_note ->> 'reason_code', reason_code) as reason_code,
        coalesce(credit_note ->> 'type', type) as type,
        coalesce(credit_note ->> 'status', status) as status,
        coalesce(credit_note ->> 'date', date) as date,
        coalesce(credit_note ->> 'total', total) as total,
        coalesce(credit_note -> 'taxes', taxes) as taxes,
        coalesce(credit_note ->> 'currency_code', currency_code) as currency,
        coalesce(credit_note ->> 'deleted', deleted) as deleted,
        coalesce(credit_note ->> 'updated_at', updated_at) as updated_at
    from export.credit_notes
)
