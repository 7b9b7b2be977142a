select
    id,
    customer_id,
    subscription_id,
    status,
    date,
    due_date,
    paid_at,
    minor_units(total, currency_code) as total,
    minor_units(tax, currency_code) as tax,
    minor_units(amount_paid, currency_code) as amount_paid,
    minor_units(credits_applied, currency_code) as credits_applied,
    minor_units(write_off_amount, currency_code) as write_off_amount,
    currency_code as currency,
    price_type,
    deleted,
    updated_at
from export.invoice
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
