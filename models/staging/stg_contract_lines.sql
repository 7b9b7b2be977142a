with

source as (

    select * from {{ source('raw', 'contract_lines') }}

),

-- A discount given as a rate needs no price, a stated amount is the price of one unit, a negative charge with a
-- parent is a discount whatever it is called, and the far end of the calendar means open-ended.
renamed as (

    select
        -- ids
        contract_line_id,
        contract_id,
        account_id,
        product_id,
        plan_id,
        nullif(replaces_line_id, contract_line_id) as replaces_line_id,
        nullif(parent_line_id, contract_line_id) as parent_line_id,
        end_customer_account_id,
        currency,

        -- text
        {{ settled_discount_scope() }} as discount_scope,
        {{ settled_charge_type() }} as charge_type,
        nullif(trim(lower(unit)), '') as unit,
        billing_unit,
        coalesce(status, 'active') as status,

        -- numerics
        case when {{ states_amount() }} then 1 else coalesce(quantity, 1) end as quantity,
        case
            when {{ states_amount() }} then amount
            when {{ is_rate_discount() }} then coalesce(unit_price, 0)
            else unit_price
        end as unit_price,
        coalesce(discount_rate, 0) as discount_rate,
        coalesce(discount_order, 1) as discount_order,
        coalesce(billing_interval, 1) as billing_interval,
        case when term_months between 1 and 1200 then term_months end as term_months,
        coalesce(tax_rate, 0) as tax_rate,

        -- booleans
        coalesce(is_tax_inclusive, false) as is_tax_inclusive,
        coalesce(is_trial, false) as is_trial,
        coalesce(is_deleted, false) as is_deleted,

        -- dates and times
        starts_on,
        {{ settled_end() }} as ends_on,
        signed_on,
        {{ day_of_an_end('cancel_notice_on') }} as cancel_notice_on,
        {{ day_of_an_end('terminated_on') }} as terminated_on,
        case when not ({{ is_far_day('effective_from') }}) then effective_from end as effective_from,
        recorded_at,

        -- judgement
        _reject_reason,
        _reject_column,
        _rounded_columns,
        _rounded_by,
        {{ unread_day(['ends_on', 'cancel_notice_on', 'terminated_on'], begins=['effective_from']) }} as _unread_day,
        _row_hash,
        _row_json,
        _source_file
    from source

),

checked as (

    select
        *,
        {{ quarantine_reason({
            'end_before_start': 'ends_on < starts_on',
            'start_out_of_range': "starts_on < cast('1970-01-01' as date) or starts_on > cast('2200-01-01' as date)",
            'bad_quantity': "quantity < 0 and (charge_type <> 'recurring' or unit_price < 0)",
            'bad_interval': 'billing_interval < 1 or billing_interval > 120',
            'bad_rate': 'discount_rate < 0',
            'bad_tax_rate': 'tax_rate < 0',
            'discount_over_100': "charge_type <> 'discount' and discount_rate > 1",
            'number_out_of_range': "charge_type in ('recurring', 'discount') and abs(quantity) > " ~ most_units(),
            'amount_out_of_range':
                rough_amount('abs(unit_price)', 'greatest(abs(quantity), 1)') ~ ' > ' ~ largest_amount(),
            'negative_amount': "charge_type = 'recurring' and unit_price < 0",
            'positive_discount': "charge_type = 'discount' and unit_price > 0",
            'orphan_discount': "discount_scope = 'line' and parent_line_id is null"
                ~ " or discount_scope = 'contract' and contract_id is null",
            'orphan_amendment': is_amendment() ~ ' and parent_line_id is null and contract_id is null',
            'term_without_end': "billing_unit = 'term' and ends_on is null and term_months is null",
        }) }} as found_reason
    from renamed

),

{{ version_steps('checked', key=['contract_line_id'], layered_by='effective_from') }},

-- What is void never existed; a deletion ends the line after the day it was recorded; a pause starts no later
-- than it was recorded.
dated as (

    select
        *,
        case
            when status = 'void' then null
            when is_deleted then {{ add_days('known_on', 1) }}
            when status = 'paused' then coalesce(effective_from, known_on)
            else effective_from
        end as applies_from,
        {{ discount_kind() }} as discount_kind,
        {{ is_short_term() }} as is_short_term
    from versioned

)

select * from dated
