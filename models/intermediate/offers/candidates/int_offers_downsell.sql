with

held as (

    select * from {{ ref('int_held_products') }}
    where account_mrr > 0 and product_mrr > 0

),

plans as (

    select * from {{ ref('int_catalogue_plans') }}

),

health as (

    select * from {{ ref('int_health_states') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['low_utilisation']) }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

troubled as (

    select
        held.*,
        plans.lower_plan_id,
        {{ share_of_money(
            'cast(held.quantity as decimal(20, 4)) * plans.lower_list_price',
            'case when held.gross_mrr > 0 then held.product_mrr else 1 end',
            'case when held.gross_mrr > 0 then held.gross_mrr else 1 end'
        ) }} as lower_plan_mrr,
        {{ share_of_money(
            'held.product_mrr',
            'case when held.seats_used > 1 then ceil(held.seats_used) when held.seats_used >= 0 then 1 end',
            'held.quantity'
        ) }} as used_seats_mrr
    from held
    cross join rules
    cross join reporting
    inner join health on held.account_id = health.account_id and held.month = health.month
    left join plans on held.month = plans.month and held.plan_id = plans.plan_id
    where health.health_band = 'red' or held.seats_used < held.seats * rules.low_utilisation

),

-- The lower of the two; neither known, or neither less than today: nothing to come down to.
lowered as (

    select
        *,
        least(lower_plan_mrr, used_seats_mrr) as lowest_mrr,
        coalesce(lower_plan_mrr < used_seats_mrr, used_seats_mrr is null) as is_by_plan
    from troubled

)

select
    account_id,
    month,
    'downsell' as offer_class,
    product_id,
    case when is_by_plan and lowest_mrr < product_mrr then lower_plan_id else plan_id end as plan_id,
    product_id as base_product_id,
    product_mrr as current_mrr,
    case when lowest_mrr < product_mrr then lowest_mrr end as target_mrr
from lowered
