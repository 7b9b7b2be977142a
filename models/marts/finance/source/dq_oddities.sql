with

odd_rows as (

    select * from {{ ref('int_odd_rows') }}

),

unused_links as (

    select * from {{ ref('int_unused_links') }}

),

daily_counts as (

    select * from {{ ref('int_daily_counts') }}
    where exclusion_reason = 'counted_in_events'

),

reasons as (

    select * from {{ ref('oddity_reasons') }}

),

found as (

    select
        raw_table,
        raw_key,
        account_id,
        reason,
        column_name,
        {{ json_value('_row_json', 'column_name') }} as value,
        _source_file
    from odd_rows
    union all
    select
        raw_table,
        raw_key,
        account_id,
        case when is_known then 'unused_link' else 'unknown_reference' end as reason,
        column_name,
        value,
        cast(null as {{ dbt.type_string() }}) as _source_file
    from unused_links
    union all
    select
        'usage_daily' as raw_table,
        account_id || '|' || feature_key as raw_key,
        account_id,
        'counted_in_events' as reason,
        'used_on' as column_name,
        cast(min(used_on) as {{ dbt.type_string() }}) || '..' || cast(max(used_on) as {{ dbt.type_string() }}) as value,
        cast(null as {{ dbt.type_string() }}) as _source_file
    from daily_counts
    group by account_id, product_id, feature_key

)

select
    found.raw_table,
    found.raw_key,
    found.account_id,
    found.reason,
    found.column_name,
    substring(found.value, 1, 200) as value,
    reasons.meaning as explanation,
    reasons.remedy,
    found._source_file as source_file
from found
left join reasons on found.reason = reasons.reason
