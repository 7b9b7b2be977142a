-- One row per discount line: a coupon or discount on a subscription or on one of its lines, with which it ends.
with

line_ends as (

    select
        line_id,
        max(effective_from) as effective_from,
        max_by(item_price_id, effective_from) as item_price_id,
        max(ends_on) as ends_on
    from step.dated_versions as lines
    group by line_id

)

select
    concat_ws('|', used_deals.subscription_id, used_deals.deal_id, used_deals.line_id) as contract_line_id,
    used_deals.subscription_id as contract_id,
    subscriptions.customer_id as account_id,
    line_ends.item_price_id,
    'discount' as charge_type,
    '1' as quantity,
    case when deals.discount_type = 'fixed_amount' then negated(deals.discount_amount) end as unit_price,
    case
        when deals.discount_type = 'percentage' then as_share(deals.discount_percentage)
        when deals.discount_type is null
            then divided(used_deals.reduction, used_deals.gross)
    end as discount_rate,
    subscriptions.billing_period_unit as billing_unit,
    subscriptions.billing_period as billing_interval,
    subscriptions.currency,
    used_deals.starts_on,
    least(
        subscriptions.last_day,
        line_ends.ends_on,
        case
            when used_deals.is_held and used_deals.apply_till is not null
                then greatest(
                    used_deals.ends_on,
                    day_before(site_day(used_deals.apply_till))
                )
            when used_deals.is_held and coalesce(deals.duration_type, 'forever') <> 'one_time' then null
            else used_deals.ends_on
        end
    ) as ends_on,
    used_deals.line_id as parent_line_id,
    case when used_deals.line_id is null then 2 else 1 end as discount_order,
    case when used_deals.line_id is null then 'contract' else 'line' end as discount_scope
from step.used_deals
left join step.subscriptions on used_deals.subscription_id = subscriptions.id
left join step.deals on used_deals.deal_id = deals.id
left join line_ends on coalesce(used_deals.line_id, used_deals.subscription_id) = line_ends.line_id
