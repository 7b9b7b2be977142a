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
        ends_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'end_before_start': "ends_on < starts_on",
        }) }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['experiment_id', 'variant']) }}

select * from versioned
