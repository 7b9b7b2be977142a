with

source as (

    select * from {{ source('raw', 'account_attributes') }}

),

checked as (

    select
        -- ids
        account_id,

        -- text
        attribute,
        value,

        -- dates and times
        case when not ({{ is_far_day('valid_from') }}) then valid_from end as valid_from,
        recorded_at,

        -- judgement
        {{ quarantine_reason() }} as found_reason,
        {{ unread_day(begins=['valid_from']) }} as _unread_day,
        _row_hash,
        _reject_column,
        _row_json,
        _source_file
    from source

),

{{ version_steps('checked', key=['account_id', 'attribute'], layered_by='valid_from') }},

-- A value holds from the day it applies, else from the day it was recorded, else always.
dated as (

    select
        *,
        coalesce(valid_from, known_on) as applies_from
    from versioned

)

select * from dated
