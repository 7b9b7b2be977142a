-- One row per billed period of use and per one-time charge. A metered period is billed in arrears: its amount
-- belongs to the month in which it ends.
select
    billed.id as contract_line_id,
    billed.subscription_id as contract_id,
    coalesce(billed.customer_id, subscriptions.customer_id) as account_id,
    coalesce(prices.product_id, billed.product_id) as product_id,
    billed.price_id as plan_id,
    case when billed.subscription_item_id is null then 'one_time' else 'usage' end as charge_type,
    divided(billed.amount, coalesce(prices.coins, coins_of(billed.currency))) as amount,
    'month' as billing_unit,
    1 as billing_interval,
    upper(billed.currency) as currency,
    case
        when billed.subscription_item_id is null then billed.start_day
        else greatest(billed.start_day, left(day_before(billed.end_day), 8) || '01')
    end as starts_on,
    case
        when billed.subscription_item_id is null then billed.start_day
        else greatest(billed.start_day, day_before(billed.end_day))
    end as ends_on,
from step.billed_lines as billed
left join step.prices on billed.price_id = prices.id
left join step.subscriptions on billed.subscription_id = subscriptions.id
where
    coalesce(billed.invoice_status, 'open') not in ('draft', 'void', 'deleted')
    and (
        (billed.subscription_item_id is not null and prices.is_metered and billed.is_credit = 'false')
        or (billed.subscription_item_id is null and (billed.product_id is not null or billed.price_id is not null))
    )
