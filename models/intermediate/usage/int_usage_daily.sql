with

user_days as (

    select * from {{ ref('int_user_days') }}

)

select
    account_id,
    product_id,
    feature_key,
    occurred_on,
    known_on,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(case when user_id is null then event_count else 0 end) as bigint) as anonymous_event_count,
    cast(sum(quantity) as decimal(28, 4)) as quantity
from user_days
group by account_id, product_id, feature_key, occurred_on, known_on
