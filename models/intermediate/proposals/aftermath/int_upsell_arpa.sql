with

upsold as (

    select * from {{ ref('int_upsold_accounts') }}
    where is_upsold

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated'

),

last_months as (

    select max(month) as month from {{ ref('int_months') }}

),

followed as (

    select
        upsold.*,
        {{ add_months('upsold.month', 1) }} <= last_months.month as is_followed_1m,
        {{ add_months('upsold.month', 3) }} <= last_months.month as is_followed_3m
    from upsold
    cross join last_months

)

-- Empty until the later month-end is there.
select
    followed.month,
    segments.segment_type,
    segments.opening_segment as segment,
    {% for window, before, after in [
        ('1m', 'arpa_before', 'arpa_after_1m'), ('3m', 'arpa_before_3m', 'arpa_after_3m'),
    ] -%}
    cast(sum(case when followed.is_followed_{{ window }} then followed.{{ before }} end) as decimal(19, 3))
        as mrr_before_{{ window }},
    cast(sum(case when followed.is_followed_{{ window }} then followed.{{ after }} end) as decimal(19, 3))
        as mrr_after_{{ window }},
    {% endfor -%}
    cast(count(*) as integer) as upsold_accounts
from followed
inner join segments
    on followed.account_id = segments.account_id and followed.month = segments.month
group by followed.month, segments.segment_type, segments.opening_segment
