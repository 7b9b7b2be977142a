with

feature_uses as (

    select * from {{ ref('int_feature_uses') }}

),

thresholds as (

    select * from {{ ref('int_feature_thresholds') }}

),

compared as (

    select
        feature_uses.account_id,
        feature_uses.month,
        feature_uses.product_id,
        feature_uses.feature_key,
        feature_uses.uses_per_seat,
        thresholds.threshold,
        feature_uses.uses > 0 and feature_uses.uses_per_seat >= thresholds.threshold as is_heavy
    from feature_uses
    inner join thresholds
        on
            feature_uses.month = thresholds.month
            and feature_uses.product_id = thresholds.product_id
            and feature_uses.tier_rank = thresholds.tier_rank
            and feature_uses.feature_key = thresholds.feature_key

),

-- The feature that lies furthest above what the customers of upper plans do, by name where several do alike.
ranked as (

    select
        *,
        row_number() over (
            partition by account_id, month, product_id
            order by is_heavy desc, uses_per_seat - threshold desc, feature_key
        ) as place
    from compared

)

select
    account_id,
    month,
    product_id,
    is_heavy as is_heavy_feature_use,
    case when is_heavy then feature_key end as heavy_feature_key,
    case when is_heavy then uses_per_seat end as heavy_feature_uses_per_seat,
    case when is_heavy then threshold end as heavy_feature_threshold
from ranked
where place = 1
