with

source as (

    select * from {{ source('raw', 'costs') }}

),

checked as (

    select
        -- ids
        cost_id,
        currency,

        -- text
        kind,
        channel,

        -- numerics
        amount,

        -- dates and times
        incurred_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range('incurred_on'),
            'amount_out_of_range': is_beyond_documents('amount'),
        }) }} as found_reason,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['cost_id'], observed_on='incurred_on') }}

select * from versioned
