with

plans as (

    select * from {{ ref('stg_plans') }}
    where is_valid

),

knowledge as (

    select
        *,
        coalesce(closing_month, last_month) as month
    from {{ ref('int_knowledge') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- A price in a currency without a budget rate is no price.
priced as (

    select
        knowledge.knowledge_id,
        plans.plan_id,
        plans.product_id,
        plans.tier_rank,
        plans.is_public,
        {{ reporting_money(
            'plans.list_price_per_seat_month', rate_to_reporting('plans.currency', 'budget_rates.rate')
        ) }} as list_price
    from plans
    cross join reporting
    inner join knowledge on {{ is_known('plans', 'knowledge') }}
    left join budget_rates
        on
            knowledge.knowledge_id = budget_rates.knowledge_id
            and plans.currency = budget_rates.currency
            and {{ fiscal_year('knowledge.month') }} = budget_rates.fiscal_year

),

-- One step up or down is the nearest public tier, down only to what costs something; equal tiers by price, then by id.
neighbours as (

    select
        priced.knowledge_id,
        priced.plan_id,
        neighbour.plan_id as other_plan_id,
        neighbour.list_price as other_list_price,
        neighbour.tier_rank > priced.tier_rank as is_higher,
        row_number() over (
            partition by priced.knowledge_id, priced.plan_id, neighbour.tier_rank > priced.tier_rank
            order by abs(neighbour.tier_rank - priced.tier_rank), neighbour.list_price nulls last, neighbour.plan_id
        ) as step
    from priced
    inner join priced as neighbour
        on
            priced.knowledge_id = neighbour.knowledge_id
            and priced.product_id = neighbour.product_id
            and priced.tier_rank <> neighbour.tier_rank
    where neighbour.is_public and (neighbour.tier_rank > priced.tier_rank or neighbour.list_price > 0)

)

select
    priced.knowledge_id,
    priced.plan_id,
    priced.product_id,
    priced.tier_rank,
    priced.is_public,
    priced.list_price,
    higher.other_plan_id as next_plan_id,
    higher.other_list_price as next_list_price,
    below.other_plan_id as lower_plan_id,
    below.other_list_price as lower_list_price
from priced
left join neighbours as higher
    on
        priced.knowledge_id = higher.knowledge_id
        and priced.plan_id = higher.plan_id
        and higher.is_higher
        and higher.step = 1
left join neighbours as below
    on
        priced.knowledge_id = below.knowledge_id
        and priced.plan_id = below.plan_id
        and not below.is_higher
        and below.step = 1
