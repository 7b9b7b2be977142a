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

),

-- A kind of segment that was named after a month was sealed is not in its seal.
sealed_types as (

    select distinct
        month,
        segment_type
    from sealed_segments

)

-- Where an account stood at a month-end as its close published it; of kinds that its seal lacks, as today's raw data
-- gives it with the knowledge of that close.
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
left join sealed_types
    on segments.month = sealed_types.month and segments.segment_type = sealed_types.segment_type
where sealed_months.month is null or sealed_types.month is null
union all
select
    sealed_months.knowledge_id,
    sealed_segments.account_id,
    sealed_segments.month,
    sealed_segments.segment_type,
    sealed_segments.closing_segment
from sealed_segments
inner join sealed_months on sealed_segments.month = sealed_months.month
