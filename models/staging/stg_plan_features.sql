with

source as (

    select * from {{ source('raw', 'plan_features') }}

),

checked as (

    select
        -- ids
        plan_id,
        feature_key,

        -- booleans
        coalesce(is_key_feature, false) as is_key_feature,

        -- dates and times
        recorded_at,

        -- judgement
        {{ quarantine_reason() }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['plan_id', 'feature_key']) }}

select * from versioned
