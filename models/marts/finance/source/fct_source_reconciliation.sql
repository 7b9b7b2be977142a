with

source_rows as (

    select * from {{ ref('int_source_rows') }}

),

usage_event_outcomes as (

    select * from {{ ref('int_usage_event_outcomes') }}

),

counted as (

    select
        raw_table,
        month,
        currency,
        outcome,
        reason,
        count(*) as row_count,
        sum(amount) as amount
    from source_rows
    group by raw_table, month, currency, outcome, reason

    union all

    select
        'usage_events' as raw_table,
        month,
        cast(null as {{ dbt.type_string() }}) as currency,
        outcome,
        reason,
        row_count,
        cast(null as decimal(28, 6)) as amount
    from usage_event_outcomes

)

select
    raw_table,
    month,
    currency,
    outcome,
    reason,
    cast(row_count as bigint) as row_count,
    cast(amount as decimal(28, 6)) as amount
from counted
