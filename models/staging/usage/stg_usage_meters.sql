with

source as (

    select * from {{ source('raw', 'usage_meters') }}

),

checked as (

    select
        -- ids
        account_id,
        product_id,
        meter,

        -- words
        coalesce(meter_type, 'gauge') as meter_type,

        -- numerics
        used,

        -- dates and times
        measured_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range('measured_on'),
            'future_event': is_future_event('measured_on'),
        }) }} as found_reason,
        _row_hash,
        _matched_ids,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['account_id', 'product_id', 'meter', 'measured_on'], observed_on='measured_on') }}

select * from versioned
