with

source as (

    select * from {{ source('raw', 'experiments') }}

),

checked as (

    select
        -- ids
        experiment_id,

        -- text
        variant,
        name,

        -- numerics
        planned_share,

        -- booleans
        is_control,

        -- dates and times
        starts_on,
        {{ day_of_an_end('ends_on') }} as ends_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'end_before_start': day_of_an_end('ends_on') ~ " < starts_on",
        }) }} as found_reason,
        {{ unread_day(['ends_on']) }} as _unread_day,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['experiment_id', 'variant']) }}

select * from versioned
