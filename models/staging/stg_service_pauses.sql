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
        paused_to,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'end_before_start': "paused_to < paused_from",
        }) }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['contract_line_id', 'paused_from']) }}

select * from versioned
