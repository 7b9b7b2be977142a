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

currencies as (

    select * from {{ ref('currencies') }}

),

reduced_lines as (

    select distinct
        knowledge_id,
        account_id,
        discount_scope,
        parent_line_id
    from line_versions
    where charge_type = 'discount'

),

-- A line without an agreed end has no last day: only what never ends reduces it then.
counted as (

    select distinct
        commitments.knowledge_id,
        commitments.account_id,
        commitments.contract_line_id,
        commitments.version_id,
        line_versions.contract_id,
        commitments.month as counted_on,
        coalesce(line_versions.ends_on, {{ add_days(latest_day(), -1) }}) as valued_on,
        commitments.is_billed
    from commitments
    inner join line_versions
        on
            commitments.knowledge_id = line_versions.knowledge_id
            and commitments.version_id = line_versions.version_id
    inner join reduced_lines
        on
            commitments.knowledge_id = reduced_lines.knowledge_id
            and case
                when reduced_lines.discount_scope = 'line' then reduced_lines.parent_line_id
                else reduced_lines.account_id
            end = case
                when reduced_lines.discount_scope = 'line' then commitments.contract_line_id
                else commitments.account_id
            end

),

-- What reduces it on that day, and runs at the month-end or is agreed by then.
{{ discounted_lines(
    only=month_end('counted.counted_on') ~ ' >= least(discount_lines.reduces_from, '
        ~ 'coalesce(discount_lines.signed_on, discount_lines.known_on, ' ~ earliest_day() ~ '))'
) }}

select
    counted.knowledge_id,
    counted.counted_on as month,
    counted.version_id,
    discounted.net_amount
from counted
left join discounted
    on
        counted.knowledge_id = discounted.knowledge_id
        and counted.version_id = discounted.version_id
        and counted.counted_on = discounted.counted_on
