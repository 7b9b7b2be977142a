-- One row per discount line: a coupon on a contract, or on one of its lines.
select
    line_id || case when is_of_item and subscription_item_id is null then '/' || item_id else '' end
        as contract_line_id,
    reduced_id as contract_id,
    coalesce(target_customer_id, customer_id) as account_id,
    product_id,
    'discount' as charge_type,
    1 as quantity,
    case
        when amount_off is not null then negated(divided(amount_off, coins))
        when percent_off is not null then '0'
    end as unit_price,
    case when amount_off is null then as_share(percent_off) end as discount_rate,
    coalesce(billing_interval, 'month') as billing_unit,
    periods as billing_interval,
    upper(coalesce(target_currency, currency)) as currency,
    first_day as starts_on,
    case
        when invoices_reduced <= 0 then null
        when months is not null
            then day_before(add_months_to(first_day, cast(invoices_reduced * months * periods as integer)))
        when days is not null
            then strftime(
                try_cast(first_day as date) + cast(invoices_reduced * days * periods as integer) - 1, '%Y-%m-%d'
            )
        else day_before(end_day)
    end as ends_on,
    case when invoices_reduced <= 0 then 'void' end as status,
    case when is_of_item then item_id end as parent_line_id,
    row_number() over (
        partition by reduced_id order by not is_of_item, cast(place as integer), starts_at, line_id, item_id
    ) as discount_order,
    case when is_of_item then 'line' else 'contract' end as discount_scope,
    starts_at as recorded_at,
from step.coupon_spans as counted
