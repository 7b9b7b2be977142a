-- One row per invoice with lines: the line, the product and the charge that all of it is of.
with lines as (
    select
        lines.invoice_id,
        lines.subscription_item_id,
        coalesce(prices.product_id, lines.product_id) as product_id,
        case
            when lines.subscription_item_id is null then 'one_time'
            when prices.usage_type = 'metered' then 'usage'
            else 'recurring'
        end as charge_type,
    from source.invoice_lines as lines
    left join step.prices on lines.price_id = prices.id
)

select
    invoice_id,
    case
        when
            count(*) = count(subscription_item_id)
            and min(subscription_item_id) = max(subscription_item_id)
            and max(charge_type) = 'recurring'
            then min(subscription_item_id)
    end as contract_line_id,
    case when count(*) = count(product_id) and min(product_id) = max(product_id) then min(product_id) end
        as product_id,
    case
        when min(charge_type) = max(charge_type) then min(charge_type)
        when min(charge_type) <> 'recurring' and max(charge_type) <> 'recurring' then 'usage'
    end as charge_type,
from lines
group by invoice_id
