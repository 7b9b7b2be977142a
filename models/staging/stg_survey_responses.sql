with

source as (

    select * from {{ source('raw', 'survey_responses') }}

),

checked as (

    select
        -- ids
        response_id,
        account_id,
        respondent_id,

        -- text
        survey,

        -- numerics
        score,

        -- dates and times
        responded_at,
        {{ business_date('responded_at') }} as responded_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'future_event': is_future_event(business_date('responded_at')),
            'score_out_of_range': "survey = 'nps' and (score < 0 or score > 10)",
        }) }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['response_id'], observed_on='responded_on') }}

select * from versioned
