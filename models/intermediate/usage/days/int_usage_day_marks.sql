with

file_days as (

    select * from {{ ref('int_usage_file_days') }}
    where event_rows > 0

)

-- Which file holds a row says nothing about the day, so files may be split and joined.
select
    occurred_on,
    cast(sum(event_rows) as bigint) as event_rows,
    md5(
        max(fingerprint) || '|' || cast(sum(event_rows) as {{ dbt.type_string() }})
        || '|' || cast(sum(rows_checksum) as {{ dbt.type_string() }})
    ) as day_mark
from file_days
group by occurred_on
