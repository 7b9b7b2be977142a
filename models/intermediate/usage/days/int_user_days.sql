{{ config(
    materialized=usage_materialization(),
    incremental_strategy='append',
    pre_hook="{{ forget_changed_usage_days(ref('int_usage_day_marks')) }}",
) }}

with

-- The days to count: all of them, or those that are not kept (any more).
days_to_count as (

    select * from {{ ref('int_usage_day_marks') }}
    {% if is_incremental() -%}
    where occurred_on not in (select kept.occurred_on from {{ this }} as kept)
    {%- endif %}

),

usage_events as {{ read_each_time() }} (

    select
        events.*,
        {{ row_checksum(['events.event_id']) }} as event_hash
    from {{ ref('stg_usage_events') }} as events
    inner join days_to_count on events.occurred_on = days_to_count.occurred_on
    where events.is_valid and {{ in_files_of_changed_days(ref('int_usage_file_days'), ref('int_usage_day_marks')) }}

),

-- Few events come twice, so that only those are put in order. Which ones may be guessed too widely, never too narrowly.
repeated as (

    select
        occurred_on,
        event_hash
    from usage_events
    where event_id is not null
    group by occurred_on, event_hash
    having count(*) > 1

),

deliveries as (

    select
        usage_events.*,
        {{ event_delivery('usage_events') }} as delivery
    from usage_events
    inner join repeated
        on usage_events.occurred_on = repeated.occurred_on and usage_events.event_hash = repeated.event_hash

),

once as (

    select
        usage_events.account_id,
        usage_events.user_id,
        usage_events.product_id,
        usage_events.feature_key,
        usage_events.occurred_on,
        usage_events.known_on,
        usage_events.quantity
    from usage_events
    left join repeated
        on usage_events.occurred_on = repeated.occurred_on and usage_events.event_hash = repeated.event_hash
    where usage_events.event_id is null or repeated.event_hash is null
    union all
    select
        account_id,
        user_id,
        product_id,
        feature_key,
        occurred_on,
        known_on,
        quantity
    from deliveries
    where event_id is not null and delivery = 1

),

counted as (

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

)

select
    counted.account_id,
    counted.user_id,
    counted.product_id,
    counted.feature_key,
    counted.occurred_on,
    counted.known_on,
    counted.event_count,
    counted.quantity,
    days_to_count.day_mark
from counted
inner join days_to_count on counted.occurred_on = days_to_count.occurred_on
