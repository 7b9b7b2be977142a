with

source as (

    select * from {{ source('raw', 'usage_daily') }}

),

checked as (

    select
        -- ids
        account_id,
        user_id,
        product_id,
        feature_key,

        -- numerics
        event_count,
        coalesce(quantity, event_count) as quantity,

        -- dates and times
        used_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range('used_on'),
            'future_event': is_future_event('used_on'),
            'negative_count': 'event_count < 0',
        }) }} as found_reason,
        _row_hash,
        _matched_ids,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps(
    'checked', key=['account_id', 'user_id', 'product_id', 'feature_key', 'used_on'], observed_on='used_on',
    unused={'no_use': 'event_count = 0'}
) }}

select * from versioned
