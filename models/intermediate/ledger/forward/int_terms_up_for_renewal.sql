with

term_ends as (

    select * from {{ ref('int_term_ends') }}

),

starts as (

    select * from {{ ref('int_line_starts') }}

),

followers as (

    select
        knowledge_id,
        replaces_line_id as contract_line_id,
        max(agreed_to) as agreed_to
    from starts
    group by knowledge_id, replaces_line_id

)

-- A term is up for renewal in the month of its last day, whether it ran until then or something that reaches further
-- took its place before. Where it was terminated, or a follower ends with it, nothing is up for renewal.
select term_ends.*
from term_ends
left join followers
    on term_ends.knowledge_id = followers.knowledge_id and term_ends.contract_line_id = followers.contract_line_id
where
    term_ends.runs_on
    or (
        (term_ends.terminated_on is null or term_ends.terminated_on >= term_ends.ends_on)
        and (
            term_ends.covered_to = {{ add_days('term_ends.ends_on', 1) }}
            or greatest(term_ends.agreed_to, coalesce(followers.agreed_to, term_ends.agreed_to))
            > {{ add_days('term_ends.ends_on', 1) }}
        )
    )
