select
    coalesce(invoice ->> 'id', id) as id,
    coalesce(invoice ->> 'customer_id', customer_id) as customer_id,
    coalesce(invoice ->> 'subscription_id', subscription_id) as subscription_id,
    coalesce(invoice ->> 'status', status) as status,
    coalesce(invoice ->> 'date', date) as date,
    coalesce(invoice ->> 'due_date', due_date) as due_date,
    coalesce(invoice ->> 'paid_at', paid_at) as paid_at,
    minor_units(
        coalesce(invoice ->> 'total', total), coalesce(invoice ->> 'currency_code', currency_code)
    ) as total,
    minor_units(
        coalesce(invoice ->> 'tax', tax), coalesce(invoice ->> 'currency_code', currency_code)
    ) as tax,
    minor_units(
        coalesce(invoice ->> 'amount_paid', amount_paid), coalesce(invoice ->> 'currency_code', currency_code)
    ) as amount_paid,
    minor_units(
        coalesce(invoice ->> 'write_off_amount', write_off_amount), coalesce(invoice ->> 'currency_code', currency_code)
    ) as write_off_amount,
    minor_units(
        coalesce(invoice ->> 'credits_applied', credits_applied), coalesce(invoice ->> 'currency_code', currency_code)
    ) as credits_applied,
    coalesce(invoice ->> 'currency_code', currency_code) as currency,
    coalesce(invoice ->> 'price_type', price_type) as price_type,
    coalesce(invoice ->> 'deleted', deleted) as deleted,
    coalesce(invoice ->> 'updated_at', updated_at) as updated_at
from export.invoices
