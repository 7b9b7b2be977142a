with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

lines_in_force as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force and quantity > 0

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

usage_signals as (

    select * from {{ ref('int_usage_signals') }}

),

products as (

    select
        lines_in_force.account_id,
        knowledge.closing_month as month,
        knowledge.map_date as month_end,
        lines_in_force.product_id,
        cast(sum(lines_in_force.quantity) as decimal(18, 4)) as quantity,
        cast(sum(lines_in_force.mrr) as decimal(18, 2)) as product_mrr,
        cast(sum(lines_in_force.gross_mrr) as decimal(18, 2)) as gross_mrr,
        max(case
            when lines_in_force.is_paid_line and terms.months_numerator >= 12 * terms.months_denominator then 1
            else 0
        end) = 0 as is_billed_within_year,
        max(case when lines_in_force.is_paid_line then 1 else 0 end) = 1 as has_paid_line
    from lines_in_force
    inner join knowledge
        on lines_in_force.knowledge_id = knowledge.knowledge_id and lines_in_force.month = knowledge.closing_month
    left join terms on lines_in_force.version_id = terms.version_id
    group by lines_in_force.account_id, knowledge.closing_month, knowledge.map_date, lines_in_force.product_id

)

select
    products.account_id,
    products.month,
    products.month_end,
    products.product_id,
    usage_signals.plan_id,
    products.quantity,
    usage_signals.seats,
    usage_signals.seats_used,
    usage_signals.seat_utilisation,
    products.product_mrr,
    products.gross_mrr,
    products.is_billed_within_year,
    products.has_paid_line,
    cast(
        sum(products.product_mrr) over (partition by products.account_id, products.month) as decimal(18, 2)
    ) as account_mrr
from products
left join usage_signals
    on
        products.account_id = usage_signals.account_id
        and products.month = usage_signals.month
        and products.product_id = usage_signals.product_id
