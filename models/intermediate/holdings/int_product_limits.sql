with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

-- A line of no units is a contract that nobody pays for.
lines_in_force as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force and quantity > 0

),

plans as (

    select * from {{ ref('stg_plans') }}
    where is_valid

),

products as (

    select * from {{ ref('stg_products') }}
    where is_valid

),

-- A product includes what the plan of its highest tier includes; equal tiers, what the larger line does.
-- Seats are units of base products; add-ons are sold for people who have a seat already.
described as (

    select
        knowledge.knowledge_id,
        knowledge.known_until,
        knowledge.closing_month as month,
        knowledge.map_date as month_end,
        lines_in_force.account_id,
        lines_in_force.product_id,
        lines_in_force.plan_id,
        plans.tier_rank,
        plans.storage_gb_limit,
        plans.api_call_limit,
        case
            when
                products.parent_product_id is null
                and {{ is_seat_priced('plans.list_price_per_seat_month', 'lines_in_force.quantity') }}
                then lines_in_force.quantity
        end as seats,
        row_number() over (
            partition by knowledge.knowledge_id, lines_in_force.account_id, lines_in_force.product_id
            order by
                plans.tier_rank desc nulls last, lines_in_force.mrr desc,
                lines_in_force.plan_id asc nulls last, lines_in_force.contract_line_id asc
        ) as place
    from lines_in_force
    inner join knowledge
        on lines_in_force.knowledge_id = knowledge.knowledge_id and lines_in_force.month = knowledge.closing_month
    left join plans on lines_in_force.plan_id = plans.plan_id and {{ is_known('plans', 'knowledge') }}
    left join products on lines_in_force.product_id = products.product_id and {{ is_known('products', 'knowledge') }}

)

select
    knowledge_id,
    known_until,
    month,
    month_end,
    account_id,
    product_id,
    max(case when place = 1 then plan_id end) as plan_id,
    max(case when place = 1 then tier_rank end) as tier_rank,
    cast(nullif(sum(seats), 0) as decimal(18, 4)) as seats,
    cast(max(case when place = 1 then storage_gb_limit end) as decimal(18, 4)) as storage_gb_limit,
    cast(max(case when place = 1 then api_call_limit end) as decimal(18, 4)) as api_call_limit
from described
group by knowledge_id, known_until, month, month_end, account_id, product_id
