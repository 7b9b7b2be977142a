with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

lines_in_force as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force and quantity > 0

),

plan_features as (

    select * from {{ ref('stg_plan_features') }}
    where is_valid and is_key_feature

)

select distinct
    knowledge.knowledge_id,
    knowledge.closing_month as month,
    lines_in_force.account_id,
    lines_in_force.product_id,
    plan_features.feature_key
from lines_in_force
inner join knowledge
    on lines_in_force.knowledge_id = knowledge.knowledge_id and lines_in_force.month = knowledge.closing_month
inner join plan_features
    on lines_in_force.plan_id = plan_features.plan_id and {{ is_known('plan_features', 'knowledge') }}
