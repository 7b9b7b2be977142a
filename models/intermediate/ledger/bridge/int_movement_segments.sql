with

movements as (

    select * from {{ ref('int_unsealed_movements') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}

),

published_segments as (

    select * from {{ ref('int_published_segments') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

-- Where the opening balance stood when it was published: as reported, in the knowledge of the close before.
published as (

    select
        knowledge.knowledge_id,
        published_segments.account_id,
        knowledge.closing_month as month,
        published_segments.segment_type,
        published_segments.closing_segment
    from published_segments
    inner join knowledge on published_segments.knowledge_id = knowledge.previous_knowledge_id

),

segment_types as (

    select distinct segment_type from segments

)

select
    movements.basis,
    movements.knowledge_id,
    movements.account_id,
    movements.month,
    segment_types.segment_type,
    coalesce(
        case
            when movements.basis = 'as_reported' and movements.opening_mrr > 0 then published.closing_segment
            else coalesce(segments.opening_segment, published.closing_segment)
        end,
        segments.opening_segment,
        'unknown'
    ) as opening_segment,
    coalesce(segments.closing_segment, published.closing_segment, 'unknown') as closing_segment
from movements
cross join segment_types
left join segments
    on
        movements.knowledge_id = segments.knowledge_id
        and movements.account_id = segments.account_id
        and movements.month = segments.month
        and segment_types.segment_type = segments.segment_type
left join published
    on
        movements.knowledge_id = published.knowledge_id
        and movements.account_id = published.account_id
        and segment_types.segment_type = published.segment_type
