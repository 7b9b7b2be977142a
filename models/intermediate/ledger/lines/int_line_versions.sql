with

layers as (

    select * from {{ ref('int_line_layers') }}

),

billing_units as (

    select * from {{ ref('billing_units') }}

),

billed as (

    select
        layers.*,
        billing_units.months_numerator * layers.billing_interval as period_months_numerator,
        billing_units.months_denominator as period_months_denominator
    from layers
    left join billing_units on layers.billing_unit = billing_units.billing_unit

),

-- The first of three ends counts: the agreed one, a termination, and a notice of a line without an agreed end.
ended as (

    select
        *,
        least(
            coalesce({{ add_days('ends_on', 1) }}, {{ latest_day() }}),
            coalesce({{ add_days('terminated_on', 1) }}, {{ latest_day() }}),
            coalesce({{ notice_ends_before() }}, {{ latest_day() }})
        ) as ends_before
    from billed

)

select
    knowledge_id,
    contract_line_id,
    version_id,
    contract_id,
    account_id,
    owner_account_id,
    product_id,
    plan_id,
    parent_line_id,
    replaces_line_id,
    charge_type,
    discount_kind,
    quantity,
    unit_price,
    discount_rate,
    billing_unit,
    billing_interval,
    period_months_numerator,
    period_months_denominator,
    currency,
    tax_rate,
    is_tax_inclusive,
    is_trial,
    status,
    is_line_deleted,
    starts_on,
    ends_on,
    signed_on,
    cancel_notice_on,
    terminated_on,
    effective_from,
    known_on,
    valid_from,
    valid_to,
    greatest(starts_on, valid_from) as covered_from,
    least(ends_before, valid_to) as covered_to,
    {{ is_paid_line() }} as is_paid_line
from ended
where greatest(starts_on, valid_from) < least(ends_before, valid_to)
