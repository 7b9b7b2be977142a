with

segments as (

    select * from {{ ref('int_account_segments') }}

),

published_months as (

    select * from {{ ref('int_published_months') }}
    where basis = 'as_reported'

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

sealed_segments as (

    select * from {{ ref('stg_sealed_account_segments') }}

)

-- Where an account stood at a month-end as its close published it.
select
    segments.knowledge_id,
    segments.account_id,
    segments.month,
    segments.segment_type,
    segments.closing_segment
from segments
inner join published_months
    on segments.knowledge_id = published_months.knowledge_id and segments.month = published_months.month
left join sealed_months on segments.month = sealed_months.month
where sealed_months.month is null
union all
select
    sealed_months.knowledge_id,
    sealed_segments.account_id,
    sealed_segments.month,
    sealed_segments.segment_type,
    sealed_segments.closing_segment
from sealed_segments
inner join sealed_months on sealed_segments.month = sealed_months.month
