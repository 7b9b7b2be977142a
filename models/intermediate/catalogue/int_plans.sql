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

steps as (

    select * from {{ ref('int_plan_steps') }}
    where knowledge_id = 'restated'

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
    steps.next_plan_id
from current_plans
left join steps on current_plans.plan_id = steps.plan_id
