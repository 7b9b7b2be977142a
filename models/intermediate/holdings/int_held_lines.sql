with

knowledge as (

    select
        knowledge_id,
        basis,
        known_until,
        coalesce(closing_month, last_month) as month,
        map_date as month_end
    from {{ ref('int_knowledge') }}

),

-- A line of no units is a contract that nobody pays for.
lines_with_units as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force and quantity > 0

)

select
    knowledge.knowledge_id,
    knowledge.basis,
    knowledge.known_until,
    knowledge.month,
    knowledge.month_end,
    lines_with_units.contract_line_id,
    lines_with_units.version_id,
    lines_with_units.account_id,
    lines_with_units.product_id,
    lines_with_units.plan_id,
    lines_with_units.quantity,
    lines_with_units.mrr,
    lines_with_units.gross_mrr,
    lines_with_units.is_paid_line
from lines_with_units
inner join knowledge
    on lines_with_units.knowledge_id = knowledge.knowledge_id and lines_with_units.month = knowledge.month
