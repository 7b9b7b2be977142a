with

product_limits as (

    select * from {{ ref('int_product_limits') }}

),

limits as (

    select * from {{ ref('int_limit_signals') }}

),

activity as (

    select * from {{ ref('int_activity_signals') }}

),

features as (

    select * from {{ ref('int_feature_signals') }}

)

select
    product_limits.account_id,
    product_limits.month,
    product_limits.product_id,
    product_limits.plan_id,
    product_limits.tier_rank,
    product_limits.seats,
    limits.seats_used,
    limits.seats_utilisation as seat_utilisation,
    limits.storage_gb_utilisation as storage_utilisation,
    limits.api_calls_utilisation as api_utilisation,
    limits.is_limit_reached,
    limits.is_limit_approaching,
    activity.activity_30d,
    activity.activity_before_30d,
    activity.is_usage_rising,
    features.is_heavy_feature_use,
    features.heavy_feature_key,
    features.heavy_feature_uses_per_seat,
    features.heavy_feature_threshold
from product_limits
left join limits
    on
        product_limits.account_id = limits.account_id
        and product_limits.month = limits.month
        and product_limits.product_id = limits.product_id
left join activity
    on product_limits.account_id = activity.account_id and product_limits.month = activity.month
left join features
    on
        product_limits.account_id = features.account_id
        and product_limits.month = features.month
        and product_limits.product_id = features.product_id
