with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where is_paid_line

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

links as (

    select * from {{ ref('int_line_links') }}

),

lines as (

    select
        line_versions.knowledge_id,
        line_versions.contract_line_id,
        line_versions.account_id,
        coalesce(chains.chain_id, line_versions.contract_line_id) as chain_id
    from line_versions
    inner join chains
        on
            line_versions.knowledge_id = chains.knowledge_id
            and line_versions.contract_line_id = chains.contract_line_id

),

-- Only what belonged to more than one account is followed at all.
handed_on as (

    select
        knowledge_id,
        chain_id
    from lines
    group by knowledge_id, chain_id
    having min(account_id) <> max(account_id)

),

members as (

    select distinct
        lines.knowledge_id,
        lines.contract_line_id
    from lines
    inner join handed_on on lines.knowledge_id = handed_on.knowledge_id and lines.chain_id = handed_on.chain_id

),

successors as (

    select
        links.knowledge_id,
        links.contract_line_id,
        links.replaces_line_id,
        count(*) over (partition by links.knowledge_id, links.replaces_line_id) > 1 as is_forked
    from links
    inner join members
        on links.knowledge_id = members.knowledge_id and links.contract_line_id = members.contract_line_id

),

unforked as (

    select
        knowledge_id,
        contract_line_id as id,
        replaces_line_id as next_id
    from successors
    where not is_forked

),

{{ follow_links('unforked') }}

select
    members.knowledge_id,
    members.contract_line_id,
    coalesce(roots.root_id, members.contract_line_id) as stretch_id,
    forks.replaces_line_id as forked_from_line_id
from members
left join roots on members.knowledge_id = roots.knowledge_id and members.contract_line_id = roots.id
left join successors as forks
    on
        members.knowledge_id = forks.knowledge_id
        and members.contract_line_id = forks.contract_line_id
        and forks.is_forked
