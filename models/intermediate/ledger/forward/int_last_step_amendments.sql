with

amended_lines as (

    select * from {{ ref('int_amended_lines') }}

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

discounts as (

    select * from {{ ref('int_last_step_discounts') }}

),

reached as (

    select distinct
        knowledge_id,
        contract_line_id
    from amended_lines

),

commitments as (

    select commitments.*
    from {{ ref('int_committed_lines') }} as commitments
    inner join reached
        on
            commitments.knowledge_id = reached.knowledge_id
            and commitments.contract_line_id = reached.contract_line_id

),

counted as (

    select
        commitments.knowledge_id,
        commitments.contract_line_id,
        commitments.version_id,
        commitments.month as counted_on,
        coalesce(line_versions.ends_on, {{ add_days(latest_day(), -1) }}) as valued_on,
        commitments.is_billed,
        line_versions.currency,
        line_versions.quantity,
        {{ monthly_amount('line_versions', 'terms') }} as gross_amount,
        coalesce(discounts.net_amount, {{ net_of_own_rate('line_versions', 'terms') }}) as net_amount
    from commitments
    inner join line_versions
        on
            commitments.knowledge_id = line_versions.knowledge_id
            and commitments.version_id = line_versions.version_id
    inner join terms on commitments.version_id = terms.version_id
    left join discounts
        on
            commitments.knowledge_id = discounts.knowledge_id
            and commitments.month = discounts.month
            and commitments.version_id = discounts.version_id

),

-- What takes from it on its last day, and runs at the month-end or is agreed by then.
{{ amended_amounts(
    only=month_end('counted.counted_on') ~ ' >= least(amendment_coverage.covered_from, '
        ~ 'coalesce(amendments.signed_on, amendments.known_on, ' ~ earliest_day() ~ '))'
) }}

select
    counted.knowledge_id,
    counted.counted_on as month,
    counted.version_id,
    cast(counted.net_amount - coalesce(amended.net_amount, 0) as decimal(38, 18)) as net_amount
from counted
left join amended
    on
        counted.knowledge_id = amended.knowledge_id
        and counted.version_id = amended.version_id
        and counted.counted_on = amended.counted_on
