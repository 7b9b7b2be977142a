with

windows as (

    select * from {{ ref('int_usage_window_days') }}
    where usage_window = 'last_30' and is_covered

),

usage_days as (

    select * from {{ ref('int_counted_usage_days') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

product_limits as (

    select * from {{ ref('int_product_limits') }}

),

uses as (

    select
        windows.month,
        account_map.paying_account_id as account_id,
        usage_days.product_id,
        usage_days.feature_key,
        sum(usage_days.quantity) as quantity
    from usage_days
    inner join windows
        on
            usage_days.occurred_on between windows.first_day and windows.last_day
            and {{ is_known('usage_days', 'windows') }}
    inner join account_map
        on windows.knowledge_id = account_map.knowledge_id and usage_days.account_id = account_map.account_id
    group by
        windows.month, account_map.paying_account_id, usage_days.product_id, usage_days.feature_key

)

-- An event that names no product may be any product's.
select
    product_limits.account_id,
    product_limits.month,
    product_limits.product_id,
    product_limits.tier_rank,
    product_limits.seats,
    uses.feature_key,
    cast(sum(uses.quantity) as decimal(28, 4)) as uses,
    {{ ratio('sum(uses.quantity)', 'product_limits.seats') }} as uses_per_seat
from product_limits
inner join uses
    on
        product_limits.account_id = uses.account_id
        and product_limits.month = uses.month
        and product_limits.product_id = coalesce(uses.product_id, product_limits.product_id)
where product_limits.seats is not null
group by
    product_limits.account_id, product_limits.month, product_limits.product_id, product_limits.tier_rank,
    product_limits.seats, uses.feature_key
