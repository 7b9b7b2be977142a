with

held as (

    select * from {{ ref('int_held_products') }}
    where plan_id is not null

),

plans as (

    select * from {{ ref('int_catalogue_plans') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

plan_features as (

    select * from {{ ref('stg_plan_features') }}
    where is_valid

),

features as (

    select
        knowledge.closing_month as month,
        plan_features.plan_id,
        plan_features.feature_key
    from plan_features
    inner join knowledge on {{ is_known('plan_features', 'knowledge') }}

),

-- The plan above, or the plan itself where there is none: nothing is left to gain.
aimed as (

    select
        held.account_id,
        held.month,
        held.product_id,
        held.plan_id,
        coalesce(plans.next_plan_id, held.plan_id) as aimed_plan_id
    from held
    inner join plans on held.month = plans.month and held.plan_id = plans.plan_id

),

counted as (

    select
        aimed.account_id,
        aimed.month,
        count(*) as aimed_features,
        sum(case when included.feature_key is null then 1 else 0 end) as new_features
    from aimed
    inner join features on aimed.month = features.month and aimed.aimed_plan_id = features.plan_id
    left join features as included
        on
            aimed.month = included.month
            and aimed.plan_id = included.plan_id
            and features.feature_key = included.feature_key
    group by aimed.account_id, aimed.month

)

select
    account_id,
    month,
    cast(new_features as integer) as new_features,
    cast(aimed_features as integer) as aimed_features,
    {{ linear_points(ratio('new_features', 'aimed_features'), 0, 1) }} as points
from counted
