with

peers as (

    select * from {{ ref('int_feature_peers') }}

),

rules as (

    {{ rules_as_columns('usage_rules', ['peer_quantile', 'peer_min_accounts']) }}

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
