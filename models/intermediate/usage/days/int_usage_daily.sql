{{ config(
    materialized=usage_materialization(),
    incremental_strategy='append',
    pre_hook="{{ forget_changed_usage_days(ref('int_usage_day_marks')) }}",
) }}

with

user_days as (

    select * from {{ ref('int_user_days') }}
    {% if is_incremental() -%}
    where occurred_on not in (select kept.occurred_on from {{ this }} as kept)
    {%- endif %}

)

select
    account_id,
    product_id,
    feature_key,
    occurred_on,
    known_on,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(case when user_id is null then event_count else 0 end) as bigint) as anonymous_event_count,
    cast(sum(quantity) as decimal(28, 4)) as quantity,
    day_mark
from user_days
group by account_id, product_id, feature_key, occurred_on, known_on, day_mark
