with

reference_days as (

    select * from {{ ref('int_reference_days') }}

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

),

rules as (

    {{ rules_as_columns('timing_rules', [
        'renewal_months_from', 'renewal_months_to', 'term_months_from', 'term_months_to',
    ]) }}

),

-- A line that ends after the day has not ended yet: its term counts, not the date that came later.
terms as (

    select
        reference_days.account_id,
        reference_days.reference_kind,
        reference_days.reference_on,
        paid_lines.product_id,
        paid_lines.starts_on as term_from,
        {{ add_days('paid_lines.ends_on', 1) }} as renewal_on
    from reference_days
    inner join paid_lines
        on
            reference_days.knowledge_id = paid_lines.knowledge_id
            and reference_days.account_id = paid_lines.account_id
            and reference_days.reference_on >= paid_lines.covered_from
            and reference_days.reference_on < paid_lines.covered_to

)

select
    terms.account_id,
    terms.reference_kind,
    terms.reference_on,
    terms.product_id,
    min(terms.renewal_on) as next_renewal_on,
    max(case
        when {{ in_months_before(
            'terms.reference_on', 'terms.renewal_on', 'rules.renewal_months_from', 'rules.renewal_months_to'
        ) }} then 1
        else 0
    end) = 1 as is_renewal_near,
    max(case
        when {{ in_months_after(
            'terms.reference_on', 'terms.term_from', 'rules.term_months_from', 'rules.term_months_to'
        ) }} then 1
        else 0
    end) = 1 as is_mid_term,
    case
        when
            max(case
                when {{ add_months('terms.term_from', 12) }} > terms.renewal_on then 0
                else 1
            end) = 0
            then max(terms.renewal_on)
    end as short_term_ends_on
from terms
cross join rules
group by terms.account_id, terms.reference_kind, terms.reference_on, terms.product_id
