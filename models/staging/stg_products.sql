with

source as (

    select * from {{ source('raw', 'products') }}

),

checked as (

    select
        -- ids
        product_id,
        parent_product_id,
        requires_product_id,
        successor_product_id,

        -- text
        product_name,
        product_family,

        -- numerics
        gross_margin_rate,

        -- dates and times
        available_from,
        recorded_at,

        -- judgement
        {{ quarantine_reason() }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['product_id']) }}

select * from versioned
