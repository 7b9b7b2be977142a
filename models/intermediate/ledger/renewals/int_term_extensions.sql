with

contract_lines as (

    select
        *,
        {{ add_days('ends_on', 1) }} as ends_before
    from {{ ref('int_contract_lines_checked') }}
    where
        is_usable
        and charge_type = 'recurring'
        and not is_deleted
        and status <> 'void'
        and (known_on is null or known_on <= {{ known_until() }})

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

rules as (

    {{ rules_as_columns('billing_rules', ['renewal_recorded_days']) }}

),

totalled as (

    select
        knowledge.knowledge_id,
        contract_lines.contract_line_id,
        contract_lines.starts_on,
        contract_lines.ends_on,
        contract_lines.applies_from,
        contract_lines.recorded_at,
        contract_lines.known_on,
        {{ term_total() }} as total
    from contract_lines
    inner join terms on contract_lines._row_hash = terms.version_id
    inner join knowledge on contract_lines.known_on is null or contract_lines.known_on <= knowledge.known_until

),

in_order as (

    select
        *,
        lag(starts_on) over line as earlier_starts_on,
        lag(ends_on) over line as earlier_ends_on,
        lag(known_on) over line as earlier_known_on,
        lag(total) over line as earlier_total
    from totalled
    window
        line as (
            partition by knowledge_id, contract_line_id order by recorded_at nulls first, applies_from nulls first
        )

),

-- The same term with a later end, by a row that begins while it runs. Without a first day of its own a row hides the
-- one that it replaces: soon after it, that is a correction.
moved as (

    select
        in_order.knowledge_id,
        in_order.contract_line_id,
        in_order.earlier_ends_on as ends_on,
        coalesce({{ is_higher_total('in_order.total', 'in_order.earlier_total') }}, true) as is_renewal,
        coalesce(
            in_order.applies_from is null
            and {{ days_between('in_order.earlier_known_on', 'in_order.known_on') }} >= rules.renewal_recorded_days,
            false
        ) as is_overwritten
    from in_order
    cross join rules
    where
        in_order.starts_on = in_order.earlier_starts_on
        and in_order.earlier_ends_on < coalesce(in_order.ends_on, {{ latest_day() }})
        and coalesce(in_order.applies_from <= in_order.earlier_ends_on, true)

)

select
    knowledge_id,
    contract_line_id,
    ends_on,
    max(case when is_renewal then 1 else 0 end) = 1 as is_renewal,
    max(case when is_renewal and is_overwritten then 1 else 0 end) = 1 as is_overwritten
from moved
group by knowledge_id, contract_line_id, ends_on
