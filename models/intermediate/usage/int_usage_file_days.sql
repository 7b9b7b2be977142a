{{ config(
    materialized=usage_materialization(),
    incremental_strategy='append',
    pre_hook="{{ forget_changed_usage_files() }}",
) }}

with

usage_events as (

    select * from {{ ref('stg_usage_events') }}
    where is_valid and {{ in_changed_usage_files() }}

),

files as (

    {{ usage_file_list() }}

),

counted as (

    select
        _source_file as source_file,
        occurred_on,
        count(*) as event_rows,
        sum({{ row_checksum([
            'event_id', 'account_id', 'user_id', 'product_id', 'feature_key', 'occurred_at', 'quantity', 'recorded_at',
        ]) }}) as rows_checksum
    from usage_events
    group by _source_file, occurred_on

)

select
    counted.source_file,
    counted.occurred_on,
    counted.event_rows,
    cast(counted.rows_checksum as decimal(38, 0)) as rows_checksum,
    files.file_bytes,
    files.modified_at,
    {{ usage_fingerprint() }} as fingerprint,
    {{ as_of_date() }} as as_of_date
from counted
left join files on counted.source_file = files.source_file
