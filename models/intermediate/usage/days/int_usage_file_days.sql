{{ config(
    materialized=usage_materialization(),
    incremental_strategy='append',
    on_schema_change='sync_all_columns',
    pre_hook="{{ forget_changed_usage_files() }}",
) }}

with

usage_events as (

    select * from {{ ref('stg_usage_events') }}
    where {{ in_changed_usage_files() }}

),

files as (

    {{ usage_file_list() }}

),

counted as (

    select
        _source_file as source_file,
        occurred_on,
        sum(case when is_valid then 1 else 0 end) as event_rows,
        sum(case when is_valid then 0 else 1 end) as rejected_rows,
        sum(case when is_valid then {{ row_checksum([
            'event_id', 'account_id', 'user_id', 'product_id', 'feature_key', 'occurred_at', 'quantity', 'recorded_at',
        ]) }} else 0 end) as rows_checksum
    from usage_events
    group by _source_file, occurred_on

)

select
    counted.source_file,
    counted.occurred_on,
    cast(counted.event_rows as bigint) as event_rows,
    cast(counted.rejected_rows as bigint) as rejected_rows,
    cast(counted.rows_checksum as decimal(38, 0)) as rows_checksum,
    files.file_bytes,
    files.content_hash,
    {{ usage_fingerprint() }} as fingerprint,
    {{ as_of_date() }} as as_of_date
from counted
left join files on counted.source_file = files.source_file
