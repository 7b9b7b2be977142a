with

contract_lines as (

    select * from {{ ref('int_contract_lines_checked') }}
    where is_usable and charge_type in ('recurring', 'discount')

),

billing_units as (

    select * from {{ ref('billing_units') }}

),

bounds as (

    select
        _row_hash as version_id,
        starts_on,
        {{ add_days('ends_on', 1) }} as ends_before
    from contract_lines
    where billing_unit = 'term'

),

-- Whole anniversary months, then the days left over, against the length of the month they stand in.
counted as (

    select
        *,
        {{ whole_months('starts_on', 'ends_before') }} as whole_months
    from bounds

),

measured as (

    select
        version_id,
        whole_months,
        {{ days_between(add_months('starts_on', 'whole_months'), 'ends_before') }} as days_left,
        {{ days_between(add_months('starts_on', 'whole_months'), add_months('starts_on', 'whole_months + 1')) }}
            as days_in_month
    from counted

),

-- A remainder within a day of a whole month is a slip of the pen, not a price per day.
snapped as (

    select
        version_id,
        case
            when days_left <= {{ setting('term_snap_days') }} and whole_months > 0 then whole_months * days_in_month
            when days_in_month - days_left <= {{ setting('term_snap_days') }} then (whole_months + 1) * days_in_month
            else whole_months * days_in_month + days_left
        end as months_numerator,
        days_in_month as months_denominator,
        days_left > 0 and (
            (days_left <= {{ setting('term_snap_days') }} and whole_months > 0)
            or days_in_month - days_left <= {{ setting('term_snap_days') }}
        ) as is_term_snapped
    from measured

)

select
    contract_lines._row_hash as version_id,
    coalesce(snapped.months_numerator, billing_units.months_numerator * contract_lines.billing_interval)
        as months_numerator,
    coalesce(snapped.months_denominator, billing_units.months_denominator) as months_denominator,
    coalesce(snapped.is_term_snapped, false) as is_term_snapped
from contract_lines
left join billing_units on contract_lines.billing_unit = billing_units.billing_unit
left join snapped on contract_lines._row_hash = snapped.version_id
