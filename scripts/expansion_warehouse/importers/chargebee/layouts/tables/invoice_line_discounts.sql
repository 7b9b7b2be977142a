with

currencies as (

    select
        id,
        min(currency_code) as currency
    from export.invoice
    group by id

)

select
    discounts.invoice_id,
    discounts.line_item_id,
    discounts.discount_type,
    coalesce(discounts.entity_id, discounts.coupon_id) as entity_id,
    minor_units(discounts.discount_amount, currencies.currency) as discount_amount
from export.invoice_line_item_discount as discounts
left join currencies on discounts.invoice_id = currencies.id
where coalesce(lower(discounts._fivetran_deleted), 'false') <> 'true'
