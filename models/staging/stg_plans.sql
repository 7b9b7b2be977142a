with

source as (

    select * from {{ source('raw', 'plans') }}

),

checked as (

    select
        -- ids
        plan_id,
        product_id,
        currency,

        -- text
        plan_name,
        nullif(trim(lower(unit)), '') as unit,

        -- numerics
        tier_rank,
        list_price_per_seat_month,
        seat_limit,
        storage_gb_limit,
        api_call_limit,

        -- booleans
        coalesce(is_public, true) as is_public,

        -- dates and times
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'amount_out_of_range': is_beyond_documents('list_price_per_seat_month'),
        }) }} as found_reason,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['plan_id']) }}

select * from versioned
