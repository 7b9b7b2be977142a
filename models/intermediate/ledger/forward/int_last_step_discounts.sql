with

commitments as (

    select * from {{ ref('int_committed_lines') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

discount_lines as (

    select
        line_versions.*,
        coverage.covered_from as reduces_from,
        coverage.covered_to as reduces_to
    from line_versions
    inner join coverage
        on
            line_versions.knowledge_id = coverage.knowledge_id
            and line_versions.version_id = coverage.version_id
    where line_versions.charge_type = 'discount'

),

reduced_lines as (

    select distinct
        knowledge_id,
        parent_line_id
    from discount_lines

),

-- A line without an agreed end has no last day: only what never ends reduces it then.
last_steps as (

    select
        commitments.knowledge_id,
        commitments.month,
        commitments.version_id,
        commitments.contract_line_id,
        coalesce(line_versions.ends_on, {{ add_days(latest_day(), -1) }}) as last_day
    from commitments
    inner join reduced_lines
        on
            commitments.knowledge_id = reduced_lines.knowledge_id
            and commitments.contract_line_id = reduced_lines.parent_line_id
    inner join line_versions
        on
            commitments.knowledge_id = line_versions.knowledge_id
            and commitments.version_id = line_versions.version_id

),

-- What reduces it on that day, and runs at the month-end or is agreed by then.
lasting as (

    select
        last_steps.knowledge_id,
        last_steps.month,
        last_steps.version_id,
        {{ discount_totals('discount_lines', 'terms') }}
    from last_steps
    inner join discount_lines
        on
            last_steps.knowledge_id = discount_lines.knowledge_id
            and last_steps.contract_line_id = discount_lines.parent_line_id
            and last_steps.last_day >= discount_lines.reduces_from
            and last_steps.last_day < discount_lines.reduces_to
            and {{ month_end('last_steps.month') }} >= least(
                discount_lines.reduces_from,
                coalesce(discount_lines.signed_on, discount_lines.known_on, {{ earliest_day() }})
            )
    inner join terms on discount_lines.version_id = terms.version_id
    group by last_steps.knowledge_id, last_steps.month, last_steps.version_id

)

select
    last_steps.knowledge_id,
    last_steps.month,
    last_steps.version_id,
    coalesce(lasting.discount_rate, 0) as discount_rate,
    coalesce(lasting.discount_amount, 0) as discount_amount
from last_steps
left join lasting
    on
        last_steps.knowledge_id = lasting.knowledge_id
        and last_steps.month = lasting.month
        and last_steps.version_id = lasting.version_id
