with

source as (

    select * from {{ source('raw', 'survey_responses') }}

),

scales as (

    select * from {{ ref('survey_scales') }}

),

scaled as (

    select
        source.*,
        {{ scale_columns('source.score', 'source', 'scales') }}
    from source
    left join scales on source.survey = scales.survey

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
        {{ on_usual_scale('score') }} as score,

        -- booleans
        {{ is_not_rated('score') }} as is_not_rated,
        is_off_scale,

        -- dates and times
        responded_at,
        {{ business_date('responded_at') }} as responded_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range(business_date('responded_at')),
            'future_event': is_future_event(business_date('responded_at')),
            'score_out_of_range': is_outside_scale('score'),
        }) }} as found_reason,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from scaled

),

{{ version_steps(
    'checked', key=['response_id'], observed_on='responded_on', unused={'not_rated': 'is_not_rated and is_valid'}
) }}

select * from versioned
