with

source as (

    select * from {{ source('raw', 'experiment_assignments') }}

),

checked as (

    select
        -- ids
        experiment_id,
        account_id,

        -- text
        variant,

        -- dates and times
        assigned_at,
        {{ business_date('assigned_at') }} as assigned_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason() }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['experiment_id', 'account_id'], observed_on='assigned_on') }}

select * from versioned
