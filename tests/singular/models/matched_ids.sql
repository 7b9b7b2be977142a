-- Ids that are spelled differently in another table and differ by case alone. They count as that id; a person should
-- say whether they are the same.
{{ config(severity='warn') }}
{%- set later = ['usage_events', 'usage_daily', 'usage_meters', 'engagement_events'] %}
with

matched as (

    {% for table in warehouse_sources('raw') if table.name not in later -%}
    select
        '{{ table.name }}' as raw_table,
        _matched_ids
    from {{ table.relation_name }}
    union all
    {% endfor -%}
    select
        'usage_events' as raw_table,
        _matched_ids
    from {{ ref('int_matched_usage_days') }}
    union all
    select
        'usage_daily' as raw_table,
        _matched_ids
    from {{ ref('stg_usage_daily') }}
    union all
    select
        'usage_meters' as raw_table,
        _matched_ids
    from {{ ref('stg_usage_meters') }}
    union all
    select
        'engagement_events' as raw_table,
        _matched_ids
    from {{ ref('stg_engagement_events') }}

)

select
    raw_table,
    _matched_ids as matched_ids,
    count(*) as row_count
from matched
where _matched_ids is not null
group by raw_table, _matched_ids
