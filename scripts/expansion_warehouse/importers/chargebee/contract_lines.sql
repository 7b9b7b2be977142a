-- One row per version of a recurring line, per billed use or single charge, and per coupon or discount and what it
-- reduces, each with its product and the terms of its subscription.
with

everything as (

    select * from step.recurring_lines
    union all by name
    select * from step.discount_lines
    union all by name
    select * from step.charged_lines

)

select
    everything.contract_line_id,
    everything.contract_id,
    everything.account_id,
    case
        when prices.id is null then getvariable('product_id')
        when prices.type = 'plan' or prices.item_id is null
            then coalesce(prices.family_id, getvariable('product_id'))
        else prices.item_id
    end as product_id,
    prices.id as plan_id,
    everything.charge_type,
    everything.quantity,
    case when prices.pricing_model = 'flat_fee' then 'flat' end as unit,
    everything.unit_price,
    everything.amount,
    everything.discount_rate,
    everything.billing_unit,
    everything.billing_interval,
    upper(everything.currency) as currency,
    everything.tax_rate,
    everything.is_tax_inclusive,
    everything.starts_on,
    everything.ends_on,
    -- A term that began elsewhere than at a whole number of terms after the line has no place in the contract.
    case
        when
            everything.charge_type = 'recurring' and everything.ends_on is null
            and subscriptions.contract_action in ('renew', 'renew_once')
            and add_months_to(
                everything.starts_on,
                subscriptions.term_months * (
                    date_diff(
                        'month', try_cast(everything.starts_on as date), try_cast(subscriptions.contract_day as date)
                    ) // nullif(subscriptions.term_months, 0)
                )
            ) = subscriptions.contract_day
            then subscriptions.term_months
    end as term_months,
    coalesce(
        everything.signed_on,
        case when subscriptions.created_day <= everything.starts_on then subscriptions.created_day end
    ) as signed_on,
    site_day(subscriptions.cancel_schedule_created_at) as cancel_notice_on,
    everything.status,
    everything.parent_line_id,
    everything.discount_order,
    everything.discount_scope,
    everything.is_trial,
    lower(subscriptions.deleted) = 'true' as is_deleted,
    everything.effective_from
from everything
left join step.prices on everything.item_price_id = prices.id
left join step.subscriptions on everything.contract_id = subscriptions.id
order by all
