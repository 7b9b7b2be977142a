with

source as (

    select * from {{ source('raw', 'contract_lines') }}

),

-- A discount given as a rate needs no price, a negative charge with a parent is a discount whatever it is called,
-- and the last day of the calendar means open-ended.
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
        {{ settled_charge_type() }} as charge_type,
        billing_unit,
        coalesce(status, 'active') as status,

        -- numerics
        coalesce(quantity, 1) as quantity,
        case when {{ is_rate_discount() }} then coalesce(unit_price, 0) else unit_price end as unit_price,
        coalesce(discount_rate, 0) as discount_rate,
        coalesce(billing_interval, 1) as billing_interval,
        coalesce(tax_rate, 0) as tax_rate,

        -- booleans
        coalesce(is_tax_inclusive, false) as is_tax_inclusive,
        coalesce(is_trial, false) as is_trial,
        coalesce(is_deleted, false) as is_deleted,

        -- dates and times
        starts_on,
        case when ends_on < cast('9999-12-31' as date) then ends_on end as ends_on,
        signed_on,
        cancel_notice_on,
        terminated_on,
        effective_from,
        recorded_at,

        -- judgement
        case
            when {{ is_rate_discount() }} and _reject_reason = 'null_amount' then null
            else _reject_reason
        end as _reject_reason,
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
            'bad_quantity': 'quantity < 0',
            'bad_interval': 'billing_interval < 1 or billing_interval > 120',
            'bad_rate': 'discount_rate < 0 or tax_rate < 0',
            'discount_over_100': "charge_type <> 'discount' and discount_rate > 1",
            'amount_out_of_range': 'abs(unit_price) * greatest(quantity, 1) > ' ~ largest_amount(),
            'negative_amount': "charge_type = 'recurring' and unit_price < 0",
            'positive_discount': "charge_type = 'discount' and unit_price > 0",
            'orphan_discount': "charge_type = 'discount' and parent_line_id is null",
            'term_without_end': "billing_unit = 'term' and ends_on is null",
            'term_lt_28d': "billing_unit = 'term' and charge_type in ('recurring', 'discount') and "
                ~ days_between('starts_on', 'ends_on') ~ ' + 1 < ' ~ setting('min_term_days'),
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
        {{ discount_kind() }} as discount_kind
    from versioned

)

select * from dated
