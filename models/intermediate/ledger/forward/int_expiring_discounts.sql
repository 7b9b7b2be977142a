with

commitments as (

    select * from {{ ref('int_valued_commitments') }}
    where is_committed and last_amount <> amount

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

amended_lines as (

    select * from {{ ref('int_amended_lines') }}

),

reductions as (

    select
        line_versions.*,
        coverage.covered_from as reduces_from,
        coverage.covered_to as reduces_until
    from line_versions
    inner join coverage
        on line_versions.knowledge_id = coverage.knowledge_id and line_versions.version_id = coverage.version_id

),

reached as (

    select
        commitments.*,
        reductions.reduces_from,
        reductions.reduces_until
    from commitments
    inner join reductions
        on
            commitments.knowledge_id = reductions.knowledge_id
            and commitments.contract_line_id = reductions.parent_line_id
    where reductions.charge_type = 'discount' and reductions.discount_scope = 'line'
    union all
    select
        commitments.*,
        reductions.reduces_from,
        reductions.reduces_until
    from commitments
    inner join reductions
        on commitments.knowledge_id = reductions.knowledge_id and commitments.account_id = reductions.account_id
    where
        reductions.charge_type = 'discount'
        and (
            reductions.discount_scope = 'account'
            or reductions.discount_scope = 'contract' and commitments.contract_id = reductions.contract_id
        )
    union all
    select
        commitments.*,
        reductions.reduces_from,
        reductions.reduces_until
    from commitments
    inner join amended_lines
        on
            commitments.knowledge_id = amended_lines.knowledge_id
            and commitments.contract_line_id = amended_lines.contract_line_id
    inner join reductions
        on
            amended_lines.knowledge_id = reductions.knowledge_id
            and amended_lines.amendment_version_id = reductions.version_id

),

-- The last day on which a reduction begins or is over, after the month-end and while the line is agreed.
changes as (

    {% for day in ['reduces_from', 'reduces_until'] -%}
    select
        knowledge_id,
        version_id,
        {{ day }} as expires_on
    from reached
    where {{ day }} > greatest({{ month_end('month') }}, covered_from) and {{ day }} < agreed_to
    {% if not loop.last -%}
    union all
    {% endif -%}
    {% endfor %}

)

select
    knowledge_id,
    version_id,
    max(expires_on) as expires_on
from changes
group by knowledge_id, version_id
