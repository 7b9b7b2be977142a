with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'recurring'

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

-- An amendment of an amendment takes from the line behind both.
named_parents as (

    select
        knowledge_id,
        contract_line_id as id,
        min(parent_line_id) as next_id
    from line_versions
    where {{ is_amendment() }} and parent_line_id is not null
    group by knowledge_id, contract_line_id

),

{{ follow_links('named_parents') }},

amendments as (

    select
        line_versions.knowledge_id,
        line_versions.version_id,
        line_versions.account_id,
        line_versions.product_id,
        line_versions.contract_id,
        roots.root_id as named_line_id
    from line_versions
    left join roots on line_versions.knowledge_id = roots.knowledge_id and line_versions.contract_line_id = roots.id
    where {{ is_amendment() }}

),

lines as (

    select
        line_versions.knowledge_id,
        line_versions.contract_line_id,
        line_versions.account_id,
        line_versions.product_id,
        line_versions.contract_id,
        coalesce(chains.chain_id, line_versions.contract_line_id) as chain_id,
        min(line_versions.covered_from) over (
            partition by line_versions.knowledge_id, line_versions.contract_line_id
        ) as line_from
    from line_versions
    inner join chains
        on
            line_versions.knowledge_id = chains.knowledge_id
            and line_versions.contract_line_id = chains.contract_line_id
    where line_versions.quantity >= 0

),

-- The line that is named, else those of the contract and product.
bases as (

    select distinct
        amendments.knowledge_id,
        amendments.version_id,
        amendments.named_line_id as group_id,
        lines.contract_line_id,
        lines.chain_id,
        lines.line_from
    from amendments
    inner join lines
        on amendments.knowledge_id = lines.knowledge_id and amendments.named_line_id = lines.contract_line_id
    union distinct
    select
        amendments.knowledge_id,
        amendments.version_id,
        amendments.contract_id || ' ' || amendments.product_id || ' ' || amendments.account_id as group_id,
        lines.contract_line_id,
        lines.chain_id,
        lines.line_from
    from amendments
    inner join lines
        on
            amendments.knowledge_id = lines.knowledge_id
            and amendments.account_id = lines.account_id
            and amendments.contract_id = lines.contract_id
            and amendments.product_id = lines.product_id
    where amendments.named_line_id is null

)

-- With whatever has taken their place since, in whatever product and account.
select
    bases.knowledge_id,
    bases.version_id as amendment_version_id,
    bases.group_id,
    lines.contract_line_id,
    max(case when bases.contract_line_id = lines.contract_line_id then 1 else 0 end) = 1 as is_named
from bases
inner join lines
    on
        bases.knowledge_id = lines.knowledge_id
        and bases.chain_id = lines.chain_id
        and bases.line_from <= lines.line_from
group by bases.knowledge_id, bases.version_id, bases.group_id, lines.contract_line_id
