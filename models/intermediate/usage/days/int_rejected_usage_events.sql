{{ config(
    materialized=usage_materialization(),
    incremental_strategy='append',
    pre_hook="{{ forget_events_of_changed_files(ref('int_usage_file_days')) }}",
) }}

with

usage_events as (

    select * from {{ ref('stg_usage_events') }}
    where not is_valid and {{ in_files_with_new_rejects(ref('int_usage_file_days')) }}

),

files as (

    select distinct
        file_days.source_file,
        {{ usage_file_mark('file_days') }} as file_mark
    from {{ ref('int_usage_file_days') }} as file_days
    where file_days.rejected_rows > 0

)

select
    usage_events.event_id,
    usage_events.account_id,
    usage_events.occurred_on,
    usage_events.quarantine_reason,
    usage_events._row_json,
    usage_events._source_file,
    files.file_mark
from usage_events
inner join files on usage_events._source_file = files.source_file
