-- One row per subscription item and version of its terms; one per metered period and one-time charge; one per
-- coupon and what it reduces; and what schedules promise.
with every as (
    select * from step.recurring
    union all by name
    select * from step.charged as usage
    union all by name
    select * from step.coupons
)

select
    contract_line_id,
    contract_id,
    account_id,
    product_id,
    plan_id,
    charge_type,
    quantity,
    unit_price,
    amount,
    discount_rate,
    billing_unit,
    billing_interval,
    currency,
    tax_rate,
    is_tax_inclusive,
    starts_on,
    ends_on,
    signed_on,
    cancel_notice_on,
    terminated_on,
    status,
    parent_line_id,
    discount_order,
    discount_scope,
    is_trial,
    effective_from,
    case when recorded_at like '%T%' and recorded_at not like '%Z' then recorded_at || 'Z' else recorded_at end
        as recorded_at,
from every
order by contract_line_id, effective_from, recorded_at, unit_price, quantity
