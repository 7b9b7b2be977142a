with

held as (

    select * from {{ ref('int_held_products') }}
    where account_mrr > 0

),

reporting as (

    {{ reporting_currency_digits() }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['seat_headroom']) }}

),

limits as (

    {{ rules_as_columns('usage_rules', ['limit_approaching']) }}

),

needed as (

    select
        held.*,
        {{ seats_for('held.seats_used', 'rules.seat_headroom') }} as new_seats
    from held
    cross join rules
    cross join limits
    where held.seats_used >= held.seats * limits.limit_approaching

)

-- At the very threshold the seats that there are suffice.
select
    needed.account_id,
    needed.month,
    'seat_expansion' as offer_class,
    needed.product_id,
    needed.plan_id,
    needed.product_id as base_product_id,
    needed.product_mrr as current_mrr,
    {{ share_of_money('needed.product_mrr', 'needed.new_seats', 'needed.quantity') }} as target_mrr
from needed
cross join reporting
where needed.new_seats > needed.quantity
