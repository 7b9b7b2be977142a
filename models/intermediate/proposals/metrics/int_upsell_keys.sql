select
    month,
    segment_type,
    segment
from {{ ref('int_upsell_counts') }}
union
select
    month,
    segment_type,
    segment
from {{ ref('int_upsell_funnel') }}
