with

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

months as (

    select * from {{ ref('int_months') }}

),

states as (

    select
        product_mrr.*,
        months.fiscal_year
    from product_mrr
    inner join months on product_mrr.month = months.month

),

keys as (

    select
        knowledge_id,
        account_id,
        product_id,
        month
    from states
    union
    select
        knowledge_id,
        account_id,
        product_id,
        {{ add_months('month', 1) }} as month
    from states

),

-- When the newest of the line versions that a month has and the month before had not was agreed on.
news as (

    select
        line_mrr.knowledge_id,
        line_mrr.account_id,
        line_mrr.product_id,
        line_mrr.month,
        max(line_mrr.agreed_on) as agreed_on,
        count(*) - count(line_mrr.agreed_on) as undated_versions
    from line_mrr
    left join line_mrr as earlier
        on
            line_mrr.knowledge_id = earlier.knowledge_id
            and line_mrr.version_id = earlier.version_id
            and line_mrr.month = {{ add_months('earlier.month', 1) }}
    where line_mrr.is_in_force and earlier.version_id is null
    group by line_mrr.knowledge_id, line_mrr.account_id, line_mrr.product_id, line_mrr.month

)

select
    keys.knowledge_id,
    keys.account_id,
    keys.product_id,
    keys.month,
    coalesce(opening.is_in_force, false) as was_in_force,
    coalesce(closing.is_in_force, false) as is_in_force,
    coalesce(opening.quantity, 0) as opening_quantity,
    coalesce(closing.quantity, 0) as closing_quantity,
    cast(coalesce(opening.mrr, 0) as decimal(18, 2)) as opening_mrr,
    cast(coalesce(
        case when opening.fiscal_year = months.fiscal_year then opening.mrr else opening.mrr_next_year end, 0
    ) as decimal(18, 2)) as opening_at_rate,
    cast(coalesce(closing.mrr, 0) as decimal(18, 2)) as closing_mrr,
    opening.gross_native as opening_gross_native,
    closing.gross_native as closing_gross_native,
    (opening.plan_id is distinct from closing.plan_id) as has_new_plan,
    (opening.currency is distinct from closing.currency) as has_new_currency,
    (
        opening.billing_unit is distinct from closing.billing_unit
        or opening.billing_interval is distinct from closing.billing_interval
    ) as has_new_term,
    case when news.undated_versions = 0 then news.agreed_on end as agreed_on
from keys
inner join months on keys.month = months.month
left join states as opening
    on
        keys.knowledge_id = opening.knowledge_id
        and keys.account_id = opening.account_id
        and keys.product_id = opening.product_id
        and keys.month = {{ add_months('opening.month', 1) }}
left join states as closing
    on
        keys.knowledge_id = closing.knowledge_id
        and keys.account_id = closing.account_id
        and keys.product_id = closing.product_id
        and keys.month = closing.month
left join news
    on
        keys.knowledge_id = news.knowledge_id
        and keys.account_id = news.account_id
        and keys.product_id = news.product_id
        and keys.month = news.month
