with

population as (

    select * from {{ ref('int_scoring_population') }}

),

held as (

    select * from {{ ref('int_product_limits') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where is_trial

),

plans as (

    select * from {{ ref('int_plans') }}

),

products as (

    select * from {{ ref('int_products') }}

),

-- An add-on has no upper plan that anybody grows into; products without a known plan say nothing.
lower_plans as (

    select
        held.account_id,
        held.month,
        max(case when plans.next_plan_id is not null then 1 else 0 end) = 1 as has_lower_plan
    from held
    inner join plans on held.plan_id = plans.plan_id
    inner join products on held.product_id = products.product_id
    where not products.is_add_on
    group by held.account_id, held.month

),

trials as (

    select distinct
        population.account_id,
        population.month
    from population
    inner join line_versions
        on
            population.knowledge_id = line_versions.knowledge_id
            and population.account_id = line_versions.account_id
            and population.month_end >= line_versions.covered_from
            and population.month_end < line_versions.covered_to

)

select
    population.account_id,
    population.month,
    lower_plans.has_lower_plan,
    trials.account_id is not null as has_trial
from population
left join lower_plans on population.month = lower_plans.month and population.account_id = lower_plans.account_id
left join trials on population.month = trials.month and population.account_id = trials.account_id
