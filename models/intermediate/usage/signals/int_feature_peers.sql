with

key_features as (

    select * from {{ ref('int_key_features') }}

),

product_limits as (

    select * from {{ ref('int_product_limits') }}
    where seats is not null and tier_rank is not null

),

feature_uses as (

    select * from {{ ref('int_feature_uses') }}

),

windows as (

    select * from {{ ref('int_usage_window_days') }}
    where usage_window = 'last_30' and is_covered

),

tiers as (

    select distinct
        month,
        product_id,
        tier_rank
    from product_limits

)

-- Everybody on a higher tier whose plan names the feature; who does not use it uses it 0 times.
select
    tiers.month,
    tiers.product_id,
    tiers.tier_rank,
    product_limits.account_id,
    key_features.feature_key,
    coalesce(feature_uses.uses_per_seat, 0) as uses_per_seat
from tiers
inner join windows on tiers.month = windows.month
inner join product_limits
    on
        tiers.month = product_limits.month
        and tiers.product_id = product_limits.product_id
        and tiers.tier_rank < product_limits.tier_rank
inner join key_features
    on
        product_limits.month = key_features.month
        and product_limits.account_id = key_features.account_id
        and product_limits.product_id = key_features.product_id
left join feature_uses
    on
        product_limits.month = feature_uses.month
        and product_limits.account_id = feature_uses.account_id
        and product_limits.product_id = feature_uses.product_id
        and key_features.feature_key = feature_uses.feature_key
