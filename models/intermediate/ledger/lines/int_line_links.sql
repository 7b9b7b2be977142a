with

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

lines as (

    select distinct
        knowledge_id,
        contract_line_id
    from line_versions

),

links as (

    select
        line_versions.knowledge_id,
        line_versions.contract_line_id as id,
        min(line_versions.replaces_line_id) as next_id
    from line_versions
    inner join lines
        on
            line_versions.knowledge_id = lines.knowledge_id
            and line_versions.replaces_line_id = lines.contract_line_id
    group by line_versions.knowledge_id, line_versions.contract_line_id

),

{{ follow_links('links') }}

select
    links.knowledge_id,
    links.id as contract_line_id,
    links.next_id as replaces_line_id,
    roots.root_id as ancestor_id
from links
inner join roots on links.knowledge_id = roots.knowledge_id and links.id = roots.id
