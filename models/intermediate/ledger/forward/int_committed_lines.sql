with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where is_paid_line

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

signed_starts as (

    select * from {{ ref('int_signed_starts') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

line_ends as (

    select
        knowledge_id,
        contract_line_id,
        max(covered_to) as line_to
    from coverage
    group by knowledge_id, contract_line_id

)

select
    line_mrr.knowledge_id,
    line_mrr.month,
    line_mrr.contract_line_id,
    line_mrr.version_id,
    line_mrr.account_id,
    line_mrr.product_id,
    chains.chain_id,
    line_versions.signed_on,
    line_versions.starts_on,
    line_versions.covered_from,
    line_ends.line_to,
    line_mrr.mrr as amount,
    line_mrr.is_in_force,
    coalesce(line_versions.cancel_notice_on <= {{ month_end('line_mrr.month') }}, false) as is_under_notice,
    true as is_held
from line_mrr
inner join knowledge
    on
        line_mrr.knowledge_id = knowledge.knowledge_id
        and line_mrr.month = coalesce(knowledge.closing_month, line_mrr.month)
inner join line_versions
    on line_mrr.knowledge_id = line_versions.knowledge_id and line_mrr.version_id = line_versions.version_id
inner join line_ends
    on
        line_mrr.knowledge_id = line_ends.knowledge_id
        and line_mrr.contract_line_id = line_ends.contract_line_id
inner join chains
    on line_mrr.knowledge_id = chains.knowledge_id and line_mrr.contract_line_id = chains.contract_line_id
union all
select
    knowledge_id,
    month,
    contract_line_id,
    version_id,
    account_id,
    product_id,
    chain_id,
    signed_on,
    starts_on,
    covered_from,
    line_to,
    amount,
    true as is_in_force,
    false as is_under_notice,
    false as is_held
from signed_starts
