with

source as (

    select * from {{ source('raw', 'support_tickets') }}

),

scales as (

    select * from {{ ref('survey_scales') }}
    where survey = 'csat'

),

scaled as (

    select
        source.*,
        {{ scale_columns('source.csat', 'source', 'scales') }}
    from source
    cross join scales

),

checked as (

    select
        -- ids
        ticket_id,
        account_id,

        -- text
        topic,

        -- numerics
        severity,
        {{ on_usual_scale('csat') }} as csat,

        -- dates and times
        opened_at,
        {{ day_of_an_end('closed_at') }} as closed_at,
        {{ business_date('opened_at') }} as opened_on,
        {{ business_date(day_of_an_end('closed_at')) }} as closed_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range(business_date('opened_at')),
            'future_event': is_future_event(business_date('opened_at')),
        }) }} as found_reason,
        {{ unread_day(['closed_at']) }} as _unread_day,
        case
            when {{ is_outside_scale('csat') }} then 'score_out_of_range'
            when is_off_scale then 'off_scale'
            when {{ is_not_rated('csat') }} then 'not_rated'
        end as _odd_rating,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from scaled

),

{{ version_steps('checked', key=['ticket_id'], observed_on='opened_on') }}

select * from versioned
