with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where is_paid_line

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

links as (

    select * from {{ ref('int_line_links') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

dated as (

    select
        line_versions.*,
        coverage.covered_from as starts_to_count_on,
        coverage.covered_to as covered_until,
        min(coverage.covered_from) over by_line as line_from,
        max(coverage.covered_to) over by_line as line_to,
        max(line_versions.covered_to) over by_line as agreed_to,
        lag(line_versions.version_id) over by_day as earlier_version_id,
        lag(line_versions.signed_on) over by_day as earlier_signed_on
    from line_versions
    inner join coverage
        on
            line_versions.knowledge_id = coverage.knowledge_id
            and line_versions.version_id = coverage.version_id
    window
        by_line as (partition by line_versions.knowledge_id, line_versions.contract_line_id),
        by_day as (
            partition by line_versions.knowledge_id, line_versions.contract_line_id order by coverage.covered_from
        )

)

-- A close looks forward from its month; only what is known now looks back as well. A pause starts nothing.
select
    dated.knowledge_id,
    dated.contract_line_id,
    dated.version_id,
    dated.account_id,
    dated.product_id,
    dated.ends_on,
    dated.terminated_on,
    dated.cancel_notice_on,
    dated.signed_on,
    dated.starts_on,
    {{ agreed_on() }} as agreed_on,
    dated.starts_to_count_on as covered_from,
    dated.covered_until as covered_to,
    dated.line_from,
    dated.line_to,
    dated.agreed_to,
    chains.chain_id,
    links.replaces_line_id
from dated
inner join knowledge on dated.knowledge_id = knowledge.knowledge_id
inner join chains
    on dated.knowledge_id = chains.knowledge_id and dated.contract_line_id = chains.contract_line_id
left join links
    on dated.knowledge_id = links.knowledge_id and dated.contract_line_id = links.contract_line_id
where
    dated.status <> 'paused'
    and (knowledge.closing_month is null or dated.starts_to_count_on > {{ month_end('knowledge.closing_month') }})
