with

held_lines as (

    select * from {{ ref('int_held_lines') }}
    where basis <> 'restated'

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

usage_signals as (

    select * from {{ ref('int_usage_signals') }}

),

products as (

    select
        held_lines.account_id,
        held_lines.month,
        held_lines.month_end,
        held_lines.product_id,
        cast(sum(held_lines.quantity) as decimal(18, 4)) as quantity,
        cast(
            sum(case when held_lines.unit = 'seat' then held_lines.quantity else 0 end) as decimal(18, 4)
        ) as seats_sold,
        cast(sum(case when held_lines.unit = 'seat' then held_lines.mrr else 0 end) as decimal(19, 3)) as seats_mrr,
        cast(sum(held_lines.mrr) as decimal(19, 3)) as product_mrr,
        cast(sum(held_lines.gross_mrr) as decimal(19, 3)) as gross_mrr,
        max(case
            when held_lines.is_paid_line and terms.months_numerator >= 12 * terms.months_denominator then 1
            else 0
        end) = 0 as is_billed_within_year,
        max(case when held_lines.is_paid_line then 1 else 0 end) = 1 as has_paid_line
    from held_lines
    left join terms on held_lines.version_id = terms.version_id
    group by held_lines.account_id, held_lines.month, held_lines.month_end, held_lines.product_id

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
    products.seats_sold,
    products.seats_mrr,
    products.product_mrr,
    products.gross_mrr,
    products.is_billed_within_year,
    products.has_paid_line,
    cast(
        sum(products.product_mrr) over (partition by products.account_id, products.month) as decimal(19, 3)
    ) as account_mrr
from products
left join usage_signals
    on
        products.account_id = usage_signals.account_id
        and products.month = usage_signals.month
        and products.product_id = usage_signals.product_id
