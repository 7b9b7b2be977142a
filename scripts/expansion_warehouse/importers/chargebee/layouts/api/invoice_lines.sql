select
    line ->> 'id' as id,
    invoice_id,
    line ->> 'subscription_id' as subscription_id,
    coalesce(line ->> 'customer_id', customer_id) as customer_id,
    line ->> 'date_from' as date_from,
    line ->> 'date_to' as date_to,
    coalesce(
        line ->> 'unit_amount_in_decimal', minor_units(line ->> 'unit_amount', currency)
    ) as unit_amount,
    coalesce(line ->> 'quantity_in_decimal', line ->> 'quantity') as quantity,
    coalesce(
        line ->> 'amount_in_decimal', minor_units(line ->> 'amount', currency)
    ) as amount,
    currency,
    line ->> 'tax_rate' as tax_rate,
    minor_units(line ->> 'discount_amount', currency) as discount_amount,
    line ->> 'entity_type' as entity_type,
    line ->> 'entity_id' as entity_id,
    line ->> 'pricing_model' as pricing_model,
    line ->> 'metered' as metered
from (
    select
        coalesce(invoice ->> 'id', id) as invoice_id,
        coalesce(invoice ->> 'customer_id', customer_id) as customer_id,
        coalesce(invoice ->> 'currency_code', currency_code) as currency,
        unnest(cast(coalesce(invoice -> 'line_items', line_items) as json[])) as line
    from export.invoices
)
