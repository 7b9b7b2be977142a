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

numbered as (

    select
        usage_events.*,
        days_to_count.day_mark,
        {{ event_delivery('usage_events') }} as delivery
    from usage_events
    inner join days_to_count on usage_events.occurred_on = days_to_count.occurred_on

),

once as (

    select * from numbered
    where delivery = 1

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
