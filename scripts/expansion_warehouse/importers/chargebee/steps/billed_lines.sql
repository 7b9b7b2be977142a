-- One row per invoice line: periods of recurring items, periods of use, and what is charged once.
with

invoices as (

    select
        id,
        status,
        date,
        price_type
    from source.invoices
    where coalesce(deleted, '') <> 'true'
    qualify row_number() over (
        partition by id order by as_moment(updated_at) desc nulls last, cast(invoices as varchar)
    ) = 1

)

select
    lines.*,
    case
        when lower(lines.metered) = 'true' or prices.metered then 'usage'
        when lines.entity_type in ('plan_item_price', 'plan') then 'recurring'
        when lines.entity_type in ('addon_item_price', 'addon') and coalesce(prices.type, 'addon') <> 'charge'
            then 'recurring'
        else 'one_time'
    end as charge_type,
    lines.entity_type in ('plan_item_price', 'plan') as is_plan,
    site_day(lines.date_from) as from_day,
    -- A period may end with its last second or with the first of the next one.
    last_day_of_period(lines.date_to) as to_day,
    invoices.status = 'voided' as is_void,
    invoices.date as invoiced_at,
    invoices.price_type = 'tax_inclusive' as is_tax_inclusive,
    as_share(lines.tax_rate) as tax_share,
    case
        when try_cast(lines.quantity as decimal(38, 12)) = 0 then lines.unit_amount
        else divided(lines.amount, lines.quantity)
    end as price
from (
    select * from source.invoice_lines
    qualify row_number() over (partition by id, invoice_id order by cast(invoice_lines as varchar)) = 1
) as lines
inner join invoices on lines.invoice_id = invoices.id
left join step.prices on lines.entity_id = prices.id
