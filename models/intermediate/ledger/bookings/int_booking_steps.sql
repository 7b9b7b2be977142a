with

lines as (

    select * from {{ ref('int_booked_lines') }}

),

precedents as (

    select * from {{ ref('int_booking_precedents') }}

),

renewing as (

    select distinct version_id from {{ ref('int_booking_renewals') }}

),

-- What it follows in its currency, another line within the grace period.
followed as (

    select
        lines.*,
        renewing.version_id is not null as is_renewal,
        earlier.contract_line_id as earlier_line_id,
        earlier.signed_on as earlier_signed_on,
        earlier.monthly_amount as earlier_amount,
        earlier.is_few_days as is_earlier_few_days,
        earlier.term_to as earlier_term_to
    from lines
    left join renewing on lines.version_id = renewing.version_id
    left join precedents on lines.version_id = precedents.version_id
    left join lines as earlier
        on
            precedents.earlier_version_id = earlier.version_id
            and lines.currency = earlier.currency
            and (
                lines.contract_line_id = earlier.contract_line_id
                or lines.covered_from <= {{ add_days('earlier.covered_to', setting('renewal_grace_days')) }}
            )

),

months as (

    select
        *,
        case when term_to > covered_from then {{ whole_months('covered_from', 'term_to') }} end as months,
        case when earlier_term_to > covered_from then {{ whole_months('covered_from', 'earlier_term_to') }} end
            as earlier_months
    from followed

),

days as (

    select
        {% for earlier in ['', 'earlier_'] -%}
        {% set anniversary = add_months('covered_from', earlier ~ 'months') -%}
        {{ days_between(anniversary, earlier ~ 'term_to') }} as {{ earlier }}days_left,
        {{ days_between(anniversary, add_months('covered_from', earlier ~ 'months + 1')) }}
            as {{ earlier }}days_in_month,
        {% endfor -%}
        *
    from months

)

-- What is left of a term, measured as the term itself is.
select
    {% for earlier, few in {'': 'days.is_few_days', 'earlier_': 'days.is_earlier_few_days'}.items() -%}
    {{ months_of_term('days', earlier, few) }} as {{ earlier }}months_numerator,
    case when {{ few }} then 365 else days.{{ earlier }}days_in_month end as {{ earlier }}months_denominator,
    {% endfor -%}
    {{ prefixed('days', [
        'contract_line_id', 'version_id', 'account_id', 'contract_id', 'product_id', 'plan_id', 'kind', 'currency',
        'signed_on', 'known_on', 'covered_from', 'covered_to', 'term_to', 'is_renewal', 'earlier_line_id',
        'earlier_signed_on', 'monthly_amount', 'earlier_amount',
    ]) }}
from days
