with

month_ends as (

    select * from {{ ref('int_line_month_ends') }}

),

pauses as (

    select * from {{ ref('int_line_pauses') }}

),

-- A line that has had no units since it began is a contract for as long as a pause may last.
begun as (

    select
        *,
        coalesce(month_end >= {{ add_days('idle_from', setting('pause_max_days')) }}, false) as is_idle_too_long
    from month_ends

),

paused as (

    select
        month_ends.knowledge_id,
        month_ends.version_id,
        month_ends.month,
        min(pauses.paused_from) as paused_from
    from month_ends
    inner join pauses
        on
            month_ends.knowledge_id = pauses.knowledge_id
            and month_ends.version_id = pauses.version_id
            and month_ends.valued_on between pauses.paused_from and pauses.paused_to
    group by month_ends.knowledge_id, month_ends.version_id, month_ends.month

)

select
    month_ends.knowledge_id,
    month_ends.month,
    month_ends.month_end,
    month_ends.valued_on,
    month_ends.is_gap_filled,
    month_ends.contract_line_id,
    month_ends.version_id,
    month_ends.account_id,
    month_ends.owner_account_id,
    month_ends.product_id,
    month_ends.is_paid_line and not month_ends.is_idle_too_long as is_paid_line,
    paused.paused_from is not null as is_paused,
    month_ends.is_paid_line
    and not month_ends.is_idle_too_long
    and (
        paused.paused_from is null
        or month_ends.month_end < {{ add_days('paused.paused_from', setting('pause_max_days')) }}
    ) as is_in_force
from begun as month_ends
left join paused
    on
        month_ends.knowledge_id = paused.knowledge_id
        and month_ends.version_id = paused.version_id
        and month_ends.month = paused.month
