with

plans as (

    select * from {{ ref('stg_plans') }}

),

known as (

    select
        *,
        row_number() over (partition by plan_id order by recorded_at desc nulls last) as recency
    from plans
    where is_valid and (known_on is null or known_on <= {{ known_until() }})

),

current_plans as (

    select * from known
    where recency = 1

),

-- The next higher public tier of the same product; equal tiers by price, then by id.
steps_up as (

    select
        lower.plan_id,
        higher.plan_id as next_plan_id,
        row_number() over (
            partition by lower.plan_id
            order by higher.tier_rank, higher.list_price_per_seat_month nulls last, higher.plan_id
        ) as step
    from current_plans as lower
    inner join current_plans as higher
        on lower.product_id = higher.product_id and lower.tier_rank < higher.tier_rank and higher.is_public

)

select
    current_plans.plan_id,
    current_plans.product_id,
    current_plans.plan_name,
    current_plans.tier_rank,
    current_plans.list_price_per_seat_month,
    current_plans.currency,
    current_plans.seat_limit,
    current_plans.storage_gb_limit,
    current_plans.api_call_limit,
    current_plans.is_public,
    steps_up.next_plan_id
from current_plans
left join steps_up on current_plans.plan_id = steps_up.plan_id and steps_up.step = 1
