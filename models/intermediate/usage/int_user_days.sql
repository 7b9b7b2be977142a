with

usage_events as (

    select * from {{ ref('stg_usage_events') }}
    where is_valid

),

-- An event that was delivered twice counts once, from the day it was first known. Events without an
-- identifier are never taken for copies; spreading them keeps the sort small.
numbered as (

    select
        *,
        row_number() over (
            partition by
                event_id,
                case when event_id is null then account_id end,
                case when event_id is null then occurred_at end
            order by
                recorded_at nulls first, occurred_at, account_id, feature_key,
                user_id nulls last, product_id nulls last, quantity
        ) as delivery
    from usage_events

),

once as (

    select * from numbered
    where event_id is null or delivery = 1

)

select
    account_id,
    user_id,
    product_id,
    feature_key,
    occurred_on,
    known_on,
    count(*) as event_count,
    cast(sum(quantity) as decimal(28, 4)) as quantity
from once
group by account_id, user_id, product_id, feature_key, occurred_on, known_on
