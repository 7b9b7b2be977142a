with

source as (

    select * from {{ source('raw', 'fx_rates') }}

),

checked as (

    select
        -- ids
        currency,

        -- text
        rate_kind,

        -- numerics
        rate,

        -- dates and times
        valid_from,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'rate_not_positive': "rate <= 0",
        }) }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['currency', 'rate_kind', 'valid_from']) }}

select * from versioned
