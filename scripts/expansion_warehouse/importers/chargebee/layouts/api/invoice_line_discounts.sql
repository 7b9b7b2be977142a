select
    invoice_id,
    discount ->> 'line_item_id' as line_item_id,
    discount ->> 'discount_type' as discount_type,
    coalesce(discount ->> 'entity_id', discount ->> 'coupon_id') as entity_id,
    minor_units(discount ->> 'discount_amount', currency) as discount_amount
from (
    select
        coalesce(invoice ->> 'id', id) as invoice_id,
        coalesce(invoice ->> 'currency_code', currency_code) as currency,
        unnest(cast(coalesce(invoice -> 'line_item_discounts', line_item_discounts) as json[])) as discount
    from export.invoices
)
