with

source as (

    select * from {{ source('raw', 'contacts') }}

),

-- Once a person is erased, no version of it keeps a name, whatever day the build looks at.
nameless as (

    select
        *,
        max(case when erased_at is not null then 1 else 0 end) over (partition by contact_id) = 1 as is_erased
    from source

),

checked as (

    select
        -- ids
        contact_id,
        account_id,
        user_id,

        -- text
        case when not is_erased then person_name end as person_name,
        role,

        -- booleans
        coalesce(do_not_contact, false) as do_not_contact,

        -- dates and times
        {{ day_of_an_end('opted_out_on') }} as opted_out_on,
        {{ day_of_an_end('left_on') }} as left_on,
        erased_at,
        {{ business_date('erased_at') }} as erased_on,
        case when not ({{ is_far_day('effective_from') }}) then effective_from end as effective_from,
        recorded_at,

        -- judgement
        {{ quarantine_reason() }} as found_reason,
        {{ unread_day(['opted_out_on', 'left_on'], begins=['effective_from']) }} as _unread_day,
        _row_hash,
        _reject_column,
        case when is_erased then '{}' else _row_json end as _row_json,
        _source_file
    from nameless

),

{{ version_steps('checked', key=['contact_id'], layered_by='effective_from') }},

-- A version holds from the day it applies, else from the day it was recorded, else always.
dated as (

    select
        *,
        coalesce(effective_from, known_on) as applies_from
    from versioned

)

select * from dated
