with

held_lines as (

    select * from {{ ref('int_held_lines') }}
    where basis <> 'restated'

),

plan_features as (

    select * from {{ ref('stg_plan_features') }}
    where is_valid and is_key_feature

)

select distinct
    held_lines.knowledge_id,
    held_lines.month,
    held_lines.account_id,
    held_lines.product_id,
    plan_features.feature_key
from held_lines
inner join plan_features
    on held_lines.plan_id = plan_features.plan_id and {{ is_known('plan_features', 'held_lines') }}
