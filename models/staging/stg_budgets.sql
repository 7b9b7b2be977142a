with

source as (

    select * from {{ source('raw', 'budgets') }}

),

checked as (

    select
        -- ids
        currency,

        -- text
        metric,
        coalesce(segment_type, 'all') as segment_type,
        case when coalesce(segment_type, 'all') = 'all' then 'all' else coalesce(segment, 'unknown') end as segment,

        -- numerics
        amount,

        -- dates and times
        {{ month_start('month') }} as month,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range('month'),
            'amount_out_of_range': is_beyond_documents('amount'),
        }) }} as found_reason,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['month', 'metric', 'segment_type', 'segment']) }}

select * from versioned
