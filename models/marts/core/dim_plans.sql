select
    plan_id,
    product_id,
    plan_name,
    tier_rank,
    list_price_per_seat_month,
    currency,
    seat_limit,
    storage_gb_limit,
    api_call_limit,
    is_public,
    next_plan_id
from {{ ref('int_plans') }}
