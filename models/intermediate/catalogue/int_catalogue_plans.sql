with

steps as (

    select * from {{ ref('int_plan_steps') }}

),

available as (

    select * from {{ ref('int_available_products') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

closed as (

    select
        steps.*,
        knowledge.closing_month as month
    from steps
    inner join knowledge on steps.knowledge_id = knowledge.knowledge_id

),

entries as (

    select
        *,
        row_number() over (
            partition by month, product_id order by tier_rank, list_price, plan_id
        ) as place
    from closed
    where is_public and list_price > 0

)

select
    closed.month,
    closed.plan_id,
    closed.product_id,
    closed.tier_rank,
    closed.list_price,
    available.product_id is not null and not available.is_replaced as is_sold,
    coalesce(entries.place = 1, false) as is_entry,
    closed.next_plan_id,
    closed.next_list_price,
    closed.lower_plan_id,
    closed.lower_list_price
from closed
left join entries on closed.month = entries.month and closed.plan_id = entries.plan_id
left join available on closed.month = available.month and closed.product_id = available.product_id
