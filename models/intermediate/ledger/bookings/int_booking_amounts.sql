with

steps as (

    select * from {{ ref('int_booking_steps') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

-- Until which day the account has paid lines that began before.
paying_days as (

    select
        account_id,
        covered_from,
        max(covered_to) as covered_to
    from steps
    where kind = 'recurring'
    group by account_id, covered_from

),

paid as (

    select
        account_id,
        covered_from,
        max(covered_to) over (
            partition by account_id order by covered_from rows between unbounded preceding and 1 preceding
        ) as paid_to
    from paying_days

),

dated as (

    select
        steps.*,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        coalesce(paid.paid_to >= steps.covered_from, false) as was_paying,
        {{ booked_on('steps') }} as booked_on,
        {{ booked_by('steps') }} as booked_by
    from steps
    left join currencies on steps.currency = currencies.currency
    left join paid
        on
            steps.kind = 'recurring'
            and steps.account_id = paid.account_id
            and steps.covered_from = paid.covered_from

),

valued as (

    select
        {% for earlier, amount in {'': 'monthly_amount', 'earlier_': 'earlier_amount'}.items() -%}
        {{ round_to_minor_unit('round(12 * round(' ~ amount ~ ', 12), 10)', 'minor_unit_digits') }}
            as {{ earlier }}year_amount,
        case when {{ earlier }}months_numerator > 0 then {{ value_of_term(
            amount, earlier ~ 'months_numerator', earlier ~ 'months_denominator', 'minor_unit_digits'
        ) }} end as {{ earlier }}term_amount,
        {% endfor -%}
        {{ round_monthly_amount('monthly_amount', 'minor_unit_digits') }} as whole_amount,
        *
    from dated

),

-- A discount takes of a year what it takes in its term; what is charged once is no part of a year.
measured as (

    select
        *,
        {% for earlier in ['', 'earlier_'] -%}
        case
            when kind = 'one_time' then 0
            when kind = 'discount' and {{ earlier }}months_numerator < 12 * {{ earlier }}months_denominator
                then {{ earlier }}term_amount
            else {{ earlier }}year_amount
        end as {{ earlier }}acv,
        {% endfor -%}
        case when kind = 'one_time' then whole_amount else term_amount end as tcv
    from valued

)

select
    contract_line_id,
    version_id,
    account_id,
    contract_id,
    product_id,
    plan_id,
    kind,
    currency,
    booked_on,
    booked_by,
    covered_from,
    term_to,
    earlier_line_id,
    is_renewal,
    was_paying,
    cast(round(cast(months_numerator as double) / months_denominator, 4) as decimal(9, 4)) as term_months,
    cast(acv - case when is_renewal then 0 else coalesce(earlier_acv, 0) end as decimal(21, 3)) as acv_native,
    cast(acv - coalesce(earlier_acv, 0) as decimal(21, 3)) as net_new_acv_native,
    cast(tcv - case when kind = 'one_time' then 0 else coalesce(earlier_term_amount, 0) end as decimal(21, 3))
        as tcv_native
from measured
