with

source as (

    select * from {{ source('raw', 'invoices') }}

),

checked as (

    select
        -- ids
        invoice_id,
        account_id,
        product_id,
        currency,

        -- text
        coalesce(kind, 'invoice') as kind,

        -- numerics
        amount,

        -- dates and times
        issued_on,
        due_on,
        paid_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason() }} as found_reason,
        _row_hash,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['invoice_id'], observed_on='issued_on') }}

select * from versioned
