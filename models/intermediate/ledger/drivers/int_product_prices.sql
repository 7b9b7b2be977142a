with

matched_lines as (

    select * from {{ ref('int_matched_lines') }}
    where group_id is not null

),

amounts as (

    select * from {{ ref('int_line_amounts') }}

),

priced as (

    select
        matched_lines.knowledge_id,
        matched_lines.account_id,
        matched_lines.product_id,
        matched_lines.month,
        matched_lines.group_id,
        matched_lines.unit,
        case when matched_lines.is_closing then 1 else 0 end as closing,
        amounts.plan_id,
        amounts.currency,
        amounts.billed_months,
        amounts.quantity,
        amounts.gross_amount,
        amounts.net_amount
    from matched_lines
    inner join amounts
        on
            matched_lines.knowledge_id = amounts.knowledge_id
            and matched_lines.version_id = amounts.version_id
            and matched_lines.balance_month = amounts.month

),

-- A plan, currency or term that only one of the two ends shows came or went.
compared as (

    select
        *,
        case when min(closing) over same_plan = max(closing) over same_plan then 1 else 0 end as new_plan,
        case when min(closing) over same_currency = max(closing) over same_currency then 1 else 0 end as new_currency,
        case
            when billed_months is not null and min(closing) over same_term = max(closing) over same_term then 1
            else 0
        end as new_term,
        case when min(unit) over same_lines = max(unit) over same_lines then 0 else 1 end as new_unit
    from priced
    window
        same_lines as (partition by knowledge_id, account_id, product_id, month, group_id),
        same_plan as (partition by knowledge_id, account_id, product_id, month, group_id, plan_id),
        same_currency as (partition by knowledge_id, account_id, product_id, month, group_id, currency),
        same_term as (partition by knowledge_id, account_id, product_id, month, group_id, billed_months)

),

summed as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        group_id,
        max(new_unit) = 1 as has_new_unit,
        max(new_plan) = 1 as has_new_plan,
        max(new_currency) = 1 as has_new_currency,
        max(new_term) = 1 as has_new_term,
        cast(sum(case when closing = 0 then quantity else 0 end) as decimal(22, 6)) as opening_quantity,
        cast(sum(case when closing = 1 then quantity else 0 end) as decimal(22, 6)) as closing_quantity,
        sum(case when closing = 0 then gross_amount else 0 end) as opening_list,
        sum(case when closing = 1 then gross_amount else 0 end) as closing_list,
        sum(case when closing = 0 then net_amount else 0 end) as opening_net,
        sum(case when closing = 1 then net_amount else 0 end) as closing_net
    from compared
    group by knowledge_id, account_id, product_id, month, group_id

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    group_id,
    opening_quantity,
    closing_quantity,
    has_new_unit,
    has_new_plan,
    has_new_term,
    has_new_unit
    or has_new_currency
    or not {{ is_same_unit_price('opening_list', 'closing_list') }} as has_new_list_price,
    has_new_unit or has_new_currency or not {{ is_same_unit_price('opening_net', 'closing_net') }} as has_new_price
from summed
