with

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

-- A line that followed a trial or a free line renews nothing: it takes one paid line to renew another.
renewal_chains as (

    select
        line_versions.knowledge_id,
        chains.chain_id
    from line_versions
    inner join chains
        on
            line_versions.knowledge_id = chains.knowledge_id
            and line_versions.contract_line_id = chains.contract_line_id
    where line_versions.is_paid_line
    group by line_versions.knowledge_id, chains.chain_id
    having count(distinct line_versions.contract_line_id) > 1

),

covered as (

    select
        line_versions.knowledge_id,
        line_versions.contract_line_id,
        line_versions.version_id,
        line_versions.covered_from,
        least(line_versions.covered_to, coalesce(chains.replaced_on, line_versions.covered_to)) as covered_to,
        line_versions.is_paid_line as is_bridging_line,
        line_versions.terminated_on is null
        and line_versions.cancel_notice_on is null
        and not line_versions.is_line_deleted as may_be_bridged,
        coalesce(renewal_chains.chain_id, line_versions.account_id || '|' || line_versions.product_id) as bridge_id
    from line_versions
    inner join chains
        on
            line_versions.knowledge_id = chains.knowledge_id
            and line_versions.contract_line_id = chains.contract_line_id
    left join renewal_chains
        on chains.knowledge_id = renewal_chains.knowledge_id and chains.chain_id = renewal_chains.chain_id
    where line_versions.charge_type in ('recurring', 'discount')

)

select * from covered
where covered_from < covered_to
