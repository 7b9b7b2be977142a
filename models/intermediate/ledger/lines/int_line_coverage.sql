with

covered as (

    select * from {{ ref('int_unbridged_coverage') }}

),

in_time as (

    select
        *,
        row_number() over (
            partition by knowledge_id, bridge_id, is_bridging_line
            order by covered_from, covered_to, contract_line_id, version_id
        ) as sequence_number
    from covered

),

-- The last day that anything of the chain has covered so far; what starts after it opens an island.
reached as (

    select
        *,
        max(covered_to) over (
            partition by knowledge_id, bridge_id, is_bridging_line
            order by sequence_number rows between unbounded preceding and 1 preceding
        ) as covered_before
    from in_time

),

islands as (

    select
        *,
        sum(case when covered_from <= covered_before then 0 else 1 end) over (
            partition by knowledge_id, bridge_id, is_bridging_line
            order by sequence_number rows unbounded preceding
        ) as island
    from reached

),

island_ends as (

    select
        knowledge_id,
        bridge_id,
        is_bridging_line,
        island,
        max(covered_to) as island_to,
        lead(min(covered_from)) over (
            partition by knowledge_id, bridge_id, is_bridging_line order by island
        ) as next_from
    from islands
    group by knowledge_id, bridge_id, is_bridging_line, island

)

select
    islands.knowledge_id,
    islands.contract_line_id,
    islands.version_id,
    islands.covered_from,
    islands.covered_to,
    case
        when
            islands.is_bridging_line
            and islands.may_be_bridged
            and islands.covered_to = island_ends.island_to
            and {{ days_between('island_ends.island_to', 'island_ends.next_from') }}
            <= {{ setting('renewal_grace_days') }}
            then island_ends.next_from
        else islands.covered_to
    end as bridged_to
from islands
inner join island_ends
    on
        islands.knowledge_id = island_ends.knowledge_id
        and islands.bridge_id = island_ends.bridge_id
        and islands.is_bridging_line = island_ends.is_bridging_line
        and islands.island = island_ends.island
