with

costs as (

    select * from {{ ref('int_costs') }}
    where kind = 'acquisition'

),

assigned as (

    select
        month,
        'all' as segment_type,
        'all' as segment,
        amount
    from costs
    union all
    select
        month,
        'acquisition_channel' as segment_type,
        channel as segment,
        amount
    from costs
    where channel is not null

)

select
    month,
    segment_type,
    segment,
    cast(sum(amount) as decimal(18, 2)) as acquisition_cost
from assigned
group by month, segment_type, segment
