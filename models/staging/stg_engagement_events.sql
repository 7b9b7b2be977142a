with

source as (

    select * from {{ source('raw', 'engagement_events') }}

),

checked as (

    select
        -- ids
        event_id,
        account_id,

        -- text
        kind,

        -- dates and times
        occurred_at,
        {{ business_date('occurred_at') }} as occurred_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'future_event': is_future_event(business_date('occurred_at')),
        }) }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['coalesce(event_id, _row_hash)'], observed_on='occurred_on') }}

select * from versioned
