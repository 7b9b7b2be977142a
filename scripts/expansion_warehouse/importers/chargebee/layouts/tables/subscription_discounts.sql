with

currencies as (

    select
        id,
        min(currency_code) as currency
    from export.subscription
    group by id

)

select
    discounts.subscription_id,
    discounts.id,
    discounts.type as discount_type,
    discounts.percentage as discount_percentage,
    minor_units(discounts.amount, coalesce(discounts.currency_code, currencies.currency)) as discount_amount,
    discounts.duration_type,
    discounts.apply_on,
    discounts.item_price_id,
    discounts.apply_till
from export.subscription_discount as discounts
left join currencies on discounts.subscription_id = currencies.id
where coalesce(lower(discounts._fivetran_deleted), 'false') <> 'true'
