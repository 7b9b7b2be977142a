with

source as (

    select * from {{ source('raw', 'service_pauses') }}

),

checked as (

    select
        -- ids
        contract_line_id,

        -- dates and times
        paused_from,
        {{ day_of_an_end('paused_to') }} as paused_to,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'end_before_start': day_of_an_end('paused_to') ~ " < paused_from",
        }) }} as found_reason,
        {{ unread_day(['paused_to']) }} as _unread_day,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['contract_line_id', 'paused_from']) }}

select * from versioned
