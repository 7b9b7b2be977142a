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
        contract_line_id,
        settles_invoice_id,
        currency,

        -- text
        coalesce(kind, 'invoice') as kind,
        status,
        charge_type,

        -- numerics
        amount,
        paid_amount,

        -- dates and times
        issued_on,
        due_on,
        {{ day_of_an_end('paid_on') }} as paid_on,
        recorded_at,

        -- judgement
        {{ quarantine_reason({
            'day_out_of_range': is_day_out_of_range('issued_on'),
            'amount_out_of_range': is_beyond_documents('amount') ~ ' or ' ~ is_beyond_documents('paid_amount'),
        }) }} as found_reason,
        {{ unread_day(['paid_on']) }} as _unread_day,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['invoice_id'], observed_on='issued_on') }}

select * from versioned
