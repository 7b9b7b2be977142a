-- Sealed months keep the kinds that were named when they were sealed.
select value as segment_type
from {{ ref('value_lists') }}
where list_name = 'segment_type'
{% for segment in named_segments() -%}
union distinct
select {{ sql_text(segment.name) }} as segment_type
{% endfor -%}
union distinct
select segment_type
from {{ ref('stg_sealed_account_segments') }}
