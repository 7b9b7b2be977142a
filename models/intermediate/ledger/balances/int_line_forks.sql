with

stretches as (

    select * from {{ ref('int_line_stretches') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force

),

forks as (

    select
        heirs.knowledge_id,
        heirs.contract_line_id as stretch_id,
        parents.stretch_id as parent_id
    from stretches as heirs
    inner join stretches as parents
        on heirs.knowledge_id = parents.knowledge_id and heirs.forked_from_line_id = parents.contract_line_id

),

ends as (

    select
        stretches.knowledge_id,
        stretches.stretch_id,
        line_mrr.account_id,
        line_mrr.month,
        line_mrr.rate_period,
        line_mrr.mrr,
        line_mrr.mrr_at_next_rate,
        row_number() over (
            partition by stretches.knowledge_id, stretches.stretch_id order by line_mrr.month
        ) as place_from_first,
        row_number() over (
            partition by stretches.knowledge_id, stretches.stretch_id order by line_mrr.month desc
        ) as place_from_last
    from stretches
    inner join line_mrr
        on
            stretches.knowledge_id = line_mrr.knowledge_id
            and stretches.contract_line_id = line_mrr.contract_line_id

),

-- What the line was last worth, at the rates of the month in which others take it over, and what they are worth then.
valued as (

    select
        forks.knowledge_id,
        forks.stretch_id,
        forks.parent_id,
        heirs.account_id = parents.account_id as is_kept,
        heirs.mrr,
        case
            when heirs.rate_period = parents.rate_period then parents.mrr else parents.mrr_at_next_rate
        end as parent_mrr
    from forks
    inner join ends as heirs
        on
            forks.knowledge_id = heirs.knowledge_id
            and forks.stretch_id = heirs.stretch_id
            and heirs.place_from_first = 1
    inner join ends as parents
        on
            forks.knowledge_id = parents.knowledge_id
            and forks.parent_id = parents.stretch_id
            and parents.place_from_last = 1
            and heirs.month = {{ add_months('parents.month', 1) }}

),

-- The owner's own successors keep theirs first, the others share what is left.
reached as (

    select
        *,
        sum(mrr) over fork as heirs_mrr,
        sum(case when is_kept then mrr else 0 end) over fork as kept_mrr,
        sum(mrr) over up_to_here as reached_mrr,
        lead(stretch_id) over in_order is null as is_last
    from valued
    window
        fork as (partition by knowledge_id, parent_id),
        in_order as (partition by knowledge_id, parent_id order by is_kept desc, stretch_id asc),
        up_to_here as (
            partition by knowledge_id, parent_id order by is_kept desc, stretch_id asc rows unbounded preceding
        )

),

shared as (

    select
        *,
        {{ share_of_forked_line() }} as share_to
    from reached

)

select
    knowledge_id,
    stretch_id,
    parent_id,
    coalesce(lag(share_to) over in_order, 0) as share_from,
    share_to
from shared
window in_order as (partition by knowledge_id, parent_id order by is_kept desc, stretch_id asc)
