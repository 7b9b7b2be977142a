with

source_rows as (

    select * from {{ ref('int_source_rows') }}

),

usage_events as (

    select
        event_id,
        quarantine_reason,
        _row_json,
        _source_file
    from {{ ref('int_rejected_usage_events') }}
    union all
    select
        event_id,
        'orphan_customer' as quarantine_reason,
        _row_json,
        _source_file
    from {{ ref('int_orphan_usage_events') }}

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
        quarantine_reason as reason,
        cast(null as {{ dbt.type_string() }}) as currency,
        cast(null as decimal(28, 6)) as amount,
        _row_json as row_json,
        _source_file as source_file
    from usage_events

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
