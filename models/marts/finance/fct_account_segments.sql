with

published_months as (

    select * from {{ ref('int_published_months') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

retention as (

    select * from {{ ref('int_account_retention') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where segment_type <> 'all'

),

movement_segments as (

    select * from {{ ref('int_movement_segments') }}
    where segment_type <> 'all'

),

retained as (

    select
        published_months.basis,
        retention.account_id,
        retention.month,
        retention.retention_window as span,
        segments.segment_type,
        segments.closing_segment as opening_segment,
        cast(null as {{ dbt.type_string() }}) as closing_segment
    from retention
    inner join published_months
        on retention.knowledge_id = published_months.knowledge_id and retention.month = published_months.month
    inner join segments
        on
            retention.knowledge_id = segments.knowledge_id
            and retention.account_id = segments.account_id
            and retention.segment_month = segments.month

),

moved as (

    select
        basis,
        account_id,
        month,
        'month' as span,
        segment_type,
        opening_segment,
        closing_segment
    from movement_segments

),

placed as (

    select * from retained
    union all
    select * from moved

),

-- What a sealed month counted where is in no seal. The bar stands between places, never inside one.
named as (

    select
        placed.account_id,
        placed.month,
        placed.span,
        placed.basis,
        placed.segment_type,
        placed.segment_type || '=' || replace(placed.opening_segment, '|', '¦') as opening_place,
        placed.segment_type || '=' || replace(placed.closing_segment, '|', '¦') as closing_place
    from placed
    left join sealed_months on placed.month = sealed_months.month and placed.basis = 'as_reported'
    where sealed_months.month is null

)

select
    account_id,
    month,
    span,
    basis,
    {{ ordered_list('opening_place', 'segment_type') }} as opening_segments,
    {{ ordered_list('closing_place', 'segment_type') }} as closing_segments
from named
group by account_id, month, span, basis
