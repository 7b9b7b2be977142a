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

        -- numerics
        used,

        -- dates and times
        measured_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'future_event': is_future_event('measured_on'),
        }) }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['account_id', 'product_id', 'meter', 'measured_on'], observed_on='measured_on') }}

select * from versioned
