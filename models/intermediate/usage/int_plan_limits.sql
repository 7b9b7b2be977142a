with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

products_in_force as (

    select * from {{ ref('int_product_mrr') }}
    where is_in_force and quantity > 0

),

plans as (

    select * from {{ ref('stg_plans') }}
    where is_valid

)

select
    knowledge.closing_month as month,
    products_in_force.account_id,
    cast(sum(plans.storage_gb_limit) as decimal(18, 4)) as storage_gb_limit,
    cast(sum(plans.api_call_limit) as decimal(18, 4)) as api_call_limit
from products_in_force
inner join knowledge
    on products_in_force.knowledge_id = knowledge.knowledge_id and products_in_force.month = knowledge.closing_month
inner join plans on products_in_force.plan_id = plans.plan_id and {{ is_known('plans', 'knowledge') }}
group by knowledge.closing_month, products_in_force.account_id
