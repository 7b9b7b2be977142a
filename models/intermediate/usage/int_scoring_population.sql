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

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where is_paid_line and quantity > 0

),

plans as (

    select * from {{ ref('stg_plans') }}
    where is_valid

),

products as (

    select * from {{ ref('stg_products') }}
    where is_valid

),

first_paid as (

    select
        knowledge_id,
        account_id,
        min(covered_from) as first_paid_on
    from paid_lines
    group by knowledge_id, account_id

),

-- Seats are units of base products; add-ons are sold for people who have a seat already.
counted as (

    select
        knowledge.knowledge_id,
        knowledge.known_until,
        knowledge.closing_month as month,
        knowledge.map_date as month_end,
        lines_in_force.account_id,
        case
            when
                products.parent_product_id is null
                and {{ is_seat_priced('plans.list_price_per_seat_month', 'lines_in_force.quantity') }}
                then lines_in_force.quantity
        end as seats
    from lines_in_force
    inner join knowledge
        on lines_in_force.knowledge_id = knowledge.knowledge_id and lines_in_force.month = knowledge.closing_month
    left join plans on lines_in_force.plan_id = plans.plan_id and {{ is_known('plans', 'knowledge') }}
    left join products on lines_in_force.product_id = products.product_id and {{ is_known('products', 'knowledge') }}

),

accounts as (

    select
        knowledge_id,
        known_until,
        month,
        month_end,
        account_id,
        cast(nullif(sum(seats), 0) as decimal(18, 4)) as seats
    from counted
    group by knowledge_id, known_until, month, month_end, account_id

)

select
    accounts.knowledge_id,
    accounts.known_until,
    accounts.month,
    accounts.month_end,
    accounts.account_id,
    accounts.seats,
    first_paid.first_paid_on,
    {{ days_between('first_paid.first_paid_on', 'accounts.month_end') }} as tenure_days
from accounts
inner join first_paid
    on accounts.knowledge_id = first_paid.knowledge_id and accounts.account_id = first_paid.account_id
