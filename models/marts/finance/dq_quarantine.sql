with

source_rows as (

    select * from {{ ref('int_source_rows') }}

),

usage_event_outcomes as (

    select * from {{ ref('int_usage_event_outcomes') }}

),

rejected as (

    select
        raw_table,
        raw_key,
        reason,
        currency,
        amount,
        _row_json as row_json,
        _source_file as source_file
    from source_rows
    where outcome = 'quarantined'

    union all

    select
        'usage_events' as raw_table,
        event_id as raw_key,
        reason,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(null as decimal(28, 6)) as amount,
        _row_json as row_json,
        _source_file as source_file
    from usage_event_outcomes
    where outcome = 'quarantined'

)

select
    raw_table,
    raw_key,
    reason,
    currency,
    cast(amount as decimal(28, 6)) as amount,
    row_json,
    source_file
from rejected
