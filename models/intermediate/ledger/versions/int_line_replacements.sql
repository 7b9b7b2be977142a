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

-- Nothing replaces a line that begins after it.
named as (

    select
        line_versions.knowledge_id,
        line_versions.contract_line_id as id,
        former.contract_line_id as next_id,
        former.covered_from = lines.covered_from as is_same_day
    from line_versions
    inner join lines
        on
            line_versions.knowledge_id = lines.knowledge_id
            and line_versions.contract_line_id = lines.contract_line_id
    inner join lines as former
        on
            line_versions.knowledge_id = former.knowledge_id
            and line_versions.replaces_line_id = former.contract_line_id
    where former.covered_from <= lines.covered_from

),

same_day as (

    select
        knowledge_id,
        id,
        min(next_id) as next_id
    from named
    where is_same_day
    group by knowledge_id, id

),

{{ follow_links('same_day', roots='same_day_roots') }},

-- Only lines that begin on one day can replace each other in a circle: then the walk along the links ends inside it.
circles as (

    select same_day_roots.*
    from same_day_roots
    inner join same_day
        on same_day_roots.knowledge_id = same_day.knowledge_id and same_day_roots.root_id = same_day.id

)

select distinct
    named.knowledge_id,
    named.id as contract_line_id,
    named.next_id as replaces_line_id
from named
left join circles
    on named.knowledge_id = circles.knowledge_id and named.id = circles.id and named.is_same_day
where circles.id is null
