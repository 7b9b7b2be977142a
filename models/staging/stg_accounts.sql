with

source as (

    select * from {{ source('raw', 'accounts') }}

),

checked as (

    select
        -- ids
        account_id,
        nullif(parent_account_id, account_id) as parent_account_id,
        nullif(merged_into_account_id, account_id) as merged_into_account_id,

        -- text
        account_name,
        industry,
        size_band,
        country,
        acquisition_channel,
        lower(membership_tier) as membership_tier,
        csm_owner,
        sales_owner,

        -- numerics
        employee_count,
        fiscal_year_end_month,

        -- booleans
        coalesce(do_not_contact, false) as do_not_contact,
        coalesce(is_internal, false) as is_internal,

        -- dates and times
        created_on,
        went_live_on,
        merged_on,
        case when not ({{ is_far_day('effective_from') }}) then effective_from end as effective_from,
        recorded_at,

        -- judgement
        {{ quarantine_reason() }} as found_reason,
        {{ unread_day(begins=['effective_from']) }} as _unread_day,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['account_id'], layered_by='effective_from') }},

-- Attributes hold from the day they apply, else from the day they were recorded, else always.
dated as (

    select
        *,
        coalesce(effective_from, known_on) as applies_from
    from versioned

)

select * from dated
