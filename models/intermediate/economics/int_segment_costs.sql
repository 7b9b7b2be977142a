with

costs as (

    select * from {{ ref('int_costs') }}
    where kind = 'acquisition'

),

assigned as (

    select
        knowledge_id,
        month,
        'all' as segment_type,
        'all' as segment,
        amount
    from costs
    union all
    select
        knowledge_id,
        month,
        'acquisition_channel' as segment_type,
        channel as segment,
        amount
    from costs
    where channel is not null

)

select
    knowledge_id,
    month,
    segment_type,
    segment,
    cast(sum(amount) as decimal(18, 2)) as acquisition_cost
from assigned
group by knowledge_id, month, segment_type, segment
