with

held_lines as (

    select * from {{ ref('int_held_lines') }}
    where basis <> 'restated'

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
        held_lines.knowledge_id,
        held_lines.known_until,
        held_lines.month,
        held_lines.month_end,
        held_lines.account_id,
        held_lines.product_id,
        held_lines.plan_id,
        plans.tier_rank,
        plans.storage_gb_limit,
        plans.api_call_limit,
        case when products.parent_product_id is null and held_lines.unit = 'seat' then held_lines.quantity end as seats,
        row_number() over (
            partition by held_lines.knowledge_id, held_lines.account_id, held_lines.product_id
            order by {{ plan_that_stands('plans', 'held_lines') }}
        ) as place
    from held_lines
    left join plans on held_lines.plan_id = plans.plan_id and {{ is_known('plans', 'held_lines') }}
    left join products on held_lines.product_id = products.product_id and {{ is_known('products', 'held_lines') }}

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
