with

covered as (

    select * from {{ ref('int_unbridged_coverage') }}
    where is_bridging_line

),

products as (

    select * from {{ ref('int_products') }}
    where successor_product_id is not null

),

in_time as (

    select
        *,
        row_number() over (
            partition by knowledge_id, account_id, product_id
            order by covered_from, covered_to, contract_line_id, version_id
        ) as sequence_number
    from covered

),

-- The last day that anything of the product has covered so far; what starts after it opens an island.
reached as (

    select
        *,
        max(covered_to) over (
            partition by knowledge_id, account_id, product_id
            order by sequence_number rows between unbounded preceding and 1 preceding
        ) as covered_before
    from in_time

),

numbered as (

    select
        *,
        sum(case when covered_from <= covered_before then 0 else 1 end) over (
            partition by knowledge_id, account_id, product_id
            order by sequence_number rows unbounded preceding
        ) as island
    from reached

),

islands as (

    select
        knowledge_id,
        account_id,
        product_id,
        min(covered_from) as covered_from,
        max(covered_to) as covered_to,
        lead(min(covered_from)) over (
            partition by knowledge_id, account_id, product_id order by island
        ) as next_from
    from numbered
    group by knowledge_id, account_id, product_id, island

),

-- A successor that pays already takes nothing over.
successions as (

    select
        islands.knowledge_id,
        islands.account_id,
        islands.product_id,
        islands.covered_to,
        min(successors.covered_from) as successor_from
    from islands
    inner join products on islands.product_id = products.product_id
    inner join islands as successors
        on
            islands.knowledge_id = successors.knowledge_id
            and islands.account_id = successors.account_id
            and products.successor_product_id = successors.product_id
            and islands.covered_to < successors.covered_to
    group by islands.knowledge_id, islands.account_id, islands.product_id, islands.covered_to

)

select
    islands.knowledge_id,
    islands.account_id,
    islands.product_id,
    islands.covered_to,
    least(
        islands.next_from,
        case when successions.successor_from >= islands.covered_to then successions.successor_from end
    ) as next_from
from islands
left join successions
    on
        islands.knowledge_id = successions.knowledge_id
        and islands.account_id = successions.account_id
        and islands.product_id = successions.product_id
        and islands.covered_to = successions.covered_to
