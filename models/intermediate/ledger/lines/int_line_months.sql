with

month_ends as (

    select * from {{ ref('int_line_month_ends') }}

),

pauses as (

    select * from {{ ref('int_line_pauses') }}

),

unpaid_periods as (

    select * from {{ ref('int_unpaid_periods') }}

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

),

unpaid as (

    select distinct
        month_ends.knowledge_id,
        month_ends.version_id,
        month_ends.month
    from month_ends
    inner join unpaid_periods
        on
            month_ends.knowledge_id = unpaid_periods.knowledge_id
            and month_ends.account_id = unpaid_periods.account_id
            and month_ends.product_id = coalesce(unpaid_periods.product_id, month_ends.product_id)
            and month_ends.month_end >= unpaid_periods.unpaid_from
            and month_ends.month_end < unpaid_periods.paid_on

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
    month_ends.is_paid_line,
    paused.paused_from is not null as is_paused,
    month_ends.is_paid_line
    and unpaid.version_id is null
    and (
        paused.paused_from is null
        or month_ends.month_end < {{ add_days('paused.paused_from', setting('pause_max_days')) }}
    ) as is_in_force,
    unpaid.version_id is not null as is_unpaid
from month_ends
left join paused
    on
        month_ends.knowledge_id = paused.knowledge_id
        and month_ends.version_id = paused.version_id
        and month_ends.month = paused.month
left join unpaid
    on
        month_ends.knowledge_id = unpaid.knowledge_id
        and month_ends.version_id = unpaid.version_id
        and month_ends.month = unpaid.month
