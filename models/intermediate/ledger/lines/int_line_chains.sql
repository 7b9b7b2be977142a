with

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

lines as (

    select
        knowledge_id,
        contract_line_id,
        min(covered_from) as covered_from
    from line_versions
    group by knowledge_id, contract_line_id

),

links as (

    select * from {{ ref('int_line_links') }}

),

ancestors as (

    select
        knowledge_id,
        contract_line_id as id,
        ancestor_id as next_id
    from links

),

{{ follow_links('ancestors') }},

-- A line gives way on the first day of what replaces it: linked lines never add.
replacements as (

    select
        links.knowledge_id,
        links.replaces_line_id as contract_line_id,
        min(lines.covered_from) as replaced_on
    from links
    inner join lines
        on links.knowledge_id = lines.knowledge_id and links.contract_line_id = lines.contract_line_id
    group by links.knowledge_id, links.replaces_line_id

)

select
    lines.knowledge_id,
    lines.contract_line_id,
    replacements.replaced_on,
    case
        when roots.root_id is not null then roots.root_id
        when replacements.replaced_on is not null then lines.contract_line_id
    end as chain_id
from lines
left join roots
    on lines.knowledge_id = roots.knowledge_id and lines.contract_line_id = roots.id
left join replacements
    on
        lines.knowledge_id = replacements.knowledge_id
        and lines.contract_line_id = replacements.contract_line_id
