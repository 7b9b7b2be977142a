with

product_limits as (

    select * from {{ ref('int_product_limits') }}
    where tier_rank is not null

),

account_versions as (

    select * from {{ ref('int_account_versions') }}
    where industry is not null

),

rules as (

    {{ rules_as_columns('timing_rules', ['peer_min_accounts']) }}

),

placed as (

    select
        product_limits.account_id,
        product_limits.month,
        product_limits.product_id,
        product_limits.tier_rank,
        account_versions.industry
    from product_limits
    inner join account_versions
        on
            product_limits.knowledge_id = account_versions.knowledge_id
            and product_limits.account_id = account_versions.account_id
            and product_limits.month_end >= account_versions.valid_from
            and product_limits.month_end < account_versions.valid_to

),

ordered as (

    select
        *,
        row_number() over (partition by month, product_id, industry order by tier_rank, account_id) as place,
        count(*) over (partition by month, product_id, industry) as holders
    from placed

),

-- Twice the median: the middle tier twice, or the two in the middle.
middles as (

    select
        month,
        product_id,
        industry,
        max(holders) as holders,
        sum(case when place = floor((holders + 1) / 2) then tier_rank else 0 end)
        + sum(case when place = floor((holders + 2) / 2) then tier_rank else 0 end) as doubled_median
    from ordered
    group by month, product_id, industry

)

select
    placed.account_id,
    placed.month,
    placed.product_id,
    placed.industry,
    middles.holders,
    2 * placed.tier_rank < middles.doubled_median as is_below_peers
from placed
cross join rules
inner join middles
    on
        placed.month = middles.month
        and placed.product_id = middles.product_id
        and placed.industry = middles.industry
where middles.holders >= rules.peer_min_accounts
