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

rules as (

    select
        max(case when rule = 'peer_quantile' then value end) as peer_quantile,
        max(case when rule = 'peer_min_accounts' then value end) as peer_min_accounts
    from {{ ref('usage_rules') }}

),

tiers as (

    select distinct
        month,
        product_id,
        tier_rank
    from product_limits

),

-- Everybody on a higher tier whose plan names the feature; who does not use it uses it 0 times.
peers as (

    select
        tiers.month,
        tiers.product_id,
        tiers.tier_rank,
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

),

ordered as (

    select
        *,
        row_number() over (
            partition by month, product_id, tier_rank, feature_key order by uses_per_seat
        ) - 1 as place,
        count(*) over (partition by month, product_id, tier_rank, feature_key) as peer_accounts
    from peers

),

placed as (

    select
        ordered.*,
        (ordered.peer_accounts - 1) * rules.peer_quantile as exact_place
    from ordered
    cross join rules
    where ordered.peer_accounts >= rules.peer_min_accounts

)

-- A type-7 quantile: a fraction of the way from one place to the next.
select
    month,
    product_id,
    tier_rank,
    feature_key,
    cast(max(peer_accounts) as integer) as peer_accounts,
    max(case when place = floor(exact_place) then uses_per_seat end)
    + cast(max(exact_place - floor(exact_place)) as double) * (
        max(case when place = ceil(exact_place) then uses_per_seat end)
        - max(case when place = floor(exact_place) then uses_per_seat end)
    ) as threshold
from placed
group by month, product_id, tier_rank, feature_key
