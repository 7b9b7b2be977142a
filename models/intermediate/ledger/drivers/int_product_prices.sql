with

line_ends as (

    select * from {{ ref('int_line_ends') }}
    where part = 'held' and line_state = 'billed'

),

amounts as (

    select * from {{ ref('int_line_amounts') }}

),

priced as (

    select
        line_ends.knowledge_id,
        line_ends.account_id,
        line_ends.product_id,
        line_ends.month,
        case when line_ends.is_closing then 1 else 0 end as closing,
        amounts.plan_id,
        amounts.currency,
        amounts.billed_months,
        amounts.quantity,
        amounts.gross_amount,
        amounts.net_amount
    from line_ends
    inner join amounts
        on
            line_ends.knowledge_id = amounts.knowledge_id
            and line_ends.version_id = amounts.version_id
            and line_ends.balance_month = amounts.month

),

-- A plan, currency or term that only one of the two ends shows came or went.
compared as (

    select
        *,
        case when min(closing) over same_plan = max(closing) over same_plan then 1 else 0 end as new_plan,
        case when min(closing) over same_currency = max(closing) over same_currency then 1 else 0 end as new_currency,
        case when min(closing) over same_term = max(closing) over same_term then 1 else 0 end as new_term
    from priced
    window
        same_plan as (partition by knowledge_id, account_id, product_id, month, plan_id),
        same_currency as (partition by knowledge_id, account_id, product_id, month, currency),
        same_term as (partition by knowledge_id, account_id, product_id, month, billed_months)

),

summed as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        max(new_plan) = 1 as has_new_plan,
        max(new_currency) = 1 as has_new_currency,
        max(new_term) = 1 as has_new_term,
        cast(sum(case when closing = 0 then quantity else 0 end) as decimal(18, 4)) as opening_quantity,
        cast(sum(case when closing = 1 then quantity else 0 end) as decimal(18, 4)) as closing_quantity,
        sum(case when closing = 0 then gross_amount else 0 end) as opening_list,
        sum(case when closing = 1 then gross_amount else 0 end) as closing_list,
        sum(case when closing = 0 then net_amount else 0 end) as opening_net,
        sum(case when closing = 1 then net_amount else 0 end) as closing_net
    from compared
    group by knowledge_id, account_id, product_id, month

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    opening_quantity,
    closing_quantity,
    has_new_plan,
    has_new_term,
    has_new_currency or not {{ is_same_unit_price('opening_list', 'closing_list') }} as has_new_list_price,
    has_new_currency or not {{ is_same_unit_price('opening_net', 'closing_net') }} as has_new_price
from summed
