with

replacements as (

    select * from {{ ref('int_line_replacements') }}

),

links as (

    select
        knowledge_id,
        contract_line_id as id,
        min(replaces_line_id) as next_id
    from replacements
    group by knowledge_id, contract_line_id

),

{{ follow_links('links') }}

select
    links.knowledge_id,
    links.id as contract_line_id,
    links.next_id as replaces_line_id,
    roots.root_id as ancestor_id
from links
inner join roots on links.knowledge_id = roots.knowledge_id and links.id = roots.id
