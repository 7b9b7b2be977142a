with

source as (

    select * from {{ source('raw', 'actions') }}

),

checked as (

    select
        -- ids
        action_id,
        account_id,
        alert_id,
        offer_id,

        -- text
        kind,
        done_by,
        outcome,

        -- dates and times
        done_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range('done_on'),
            'future_event': is_future_event('done_on'),
        }) }} as found_reason,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['action_id'], observed_on='done_on') }}

select * from versioned
