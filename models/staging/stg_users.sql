with

source as (

    select * from {{ source('raw', 'users') }}

),

checked as (

    select
        -- ids
        user_id,
        account_id,

        -- text
        kind,

        -- dates and times
        {{ day_of_an_end('erased_at') }} as erased_at,
        recorded_at,

        -- judgement
        {{ quarantine_reason() }} as found_reason,
        {{ unread_day(['erased_at']) }} as _unread_day,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['user_id', 'account_id']) }}

select * from versioned
