{{ config(
    materialized=usage_materialization(),
    incremental_strategy='append',
    pre_hook="{{ forget_changed_usage_days(ref('int_usage_day_marks')) }}",
) }}

with

usage_events as (

    select * from {{ ref('stg_usage_events') }}
    where is_valid and {{ in_files_of_changed_days(ref('int_usage_file_days'), ref('int_usage_day_marks')) }}

),

-- The days to count: all of them, or those that are not kept (any more).
days_to_count as (

    select * from {{ ref('int_usage_day_marks') }}
    {% if is_incremental() -%}
    where occurred_on not in (select kept.occurred_on from {{ this }} as kept)
    {%- endif %}

),

-- An event that was delivered twice counts once, from the day it was first known; an identifier belongs to
-- one business day. Events without one are never taken for copies; spreading them keeps the sort small.
numbered as (

    select
        usage_events.*,
        days_to_count.day_mark,
        row_number() over (
            partition by
                usage_events.occurred_on,
                usage_events.event_id,
                case when usage_events.event_id is null then usage_events.account_id end,
                case when usage_events.event_id is null then usage_events.occurred_at end
            order by
                usage_events.recorded_at nulls first, usage_events.occurred_at, usage_events.account_id,
                usage_events.feature_key, usage_events.user_id nulls last, usage_events.product_id nulls last,
                usage_events.quantity
        ) as delivery
    from usage_events
    inner join days_to_count on usage_events.occurred_on = days_to_count.occurred_on

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
    cast(sum(quantity) as decimal(28, 4)) as quantity,
    day_mark
from once
group by account_id, user_id, product_id, feature_key, occurred_on, known_on, day_mark
