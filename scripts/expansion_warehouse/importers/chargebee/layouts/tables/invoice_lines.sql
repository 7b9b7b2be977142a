with

currencies as (

    select
        id,
        min(currency_code) as currency,
        min(customer_id) as customer_id
    from export.invoice
    group by id

)

select
    coalesce(
        lines.id,
        concat_ws('|', lines.invoice_id, lines.entity_id, lines.date_from, lines.amount)
    ) as id,
    lines.invoice_id,
    lines.subscription_id,
    coalesce(lines.customer_id, currencies.customer_id) as customer_id,
    lines.date_from,
    lines.date_to,
    coalesce(lines.unit_amount_in_decimal, minor_units(lines.unit_amount, currencies.currency)) as unit_amount,
    coalesce(lines.quantity_in_decimal, lines.quantity) as quantity,
    coalesce(lines.amount_in_decimal, minor_units(lines.amount, currencies.currency)) as amount,
    currencies.currency,
    lines.tax_rate,
    minor_units(lines.discount_amount, currencies.currency) as discount_amount,
    lines.entity_type,
    lines.entity_id,
    lines.pricing_model,
    lines.metered
from export.invoice_line_item as lines
left join currencies on lines.invoice_id = currencies.id
where coalesce(lower(lines._fivetran_deleted), 'false') <> 'true'
