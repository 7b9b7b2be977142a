{{ config(materialized='view') }}

with

source as (

    select * from {{ source('raw', 'usage_events') }}

),

-- Events repeat only by their id, which `int_user_days` settles: the whole history is never sorted here.
checked as (

    select
        -- ids
        event_id,
        account_id,
        user_id,
        product_id,
        feature_key,

        -- numerics
        coalesce(quantity, 1) as quantity,

        -- dates and times
        occurred_at,
        {{ business_date('occurred_at') }} as occurred_on,
        recorded_at,
        {{ business_date('recorded_at') }} as known_on,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range(business_date('occurred_at')),
            'future_event': is_future_event(business_date('occurred_at')),
        }) }} as quarantine_reason,
        _reject_column,
        _row_json,
        _source_file
    from source

)

select
    *,
    quarantine_reason is null as is_valid
from checked
