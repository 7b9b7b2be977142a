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

    select distinct
        line_versions.knowledge_id,
        line_versions.contract_line_id as id,
        line_versions.replaces_line_id as next_id
    from line_versions
    inner join lines
        on line_versions.knowledge_id = lines.knowledge_id
        and line_versions.replaces_line_id = lines.contract_line_id

),

single_links as (

    select
        knowledge_id,
        id,
        min(next_id) as next_id
    from links
    group by knowledge_id, id

),

{{ follow_links('single_links') }},

-- A line gives way on the first day of what replaces it: linked lines never add.
replacements as (

    select
        single_links.knowledge_id,
        single_links.next_id as contract_line_id,
        min(lines.covered_from) as replaced_on
    from single_links
    inner join lines
        on single_links.knowledge_id = lines.knowledge_id and single_links.id = lines.contract_line_id
    group by single_links.knowledge_id, single_links.next_id

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
    on lines.knowledge_id = replacements.knowledge_id
    and lines.contract_line_id = replacements.contract_line_id
