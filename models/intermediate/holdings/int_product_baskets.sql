with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

held as (

    select
        line_mrr.month,
        line_mrr.account_id,
        line_mrr.product_id,
        sum(line_mrr.mrr) as product_mrr
    from line_mrr
    inner join knowledge
        on line_mrr.knowledge_id = knowledge.knowledge_id and line_mrr.month = knowledge.closing_month
    where line_mrr.is_paid_line and line_mrr.is_in_force and line_mrr.quantity > 0
    group by line_mrr.month, line_mrr.account_id, line_mrr.product_id

),

-- A paused product stays in the basket of an account that pays for another one.
weighed as (

    select
        month,
        account_id,
        product_id,
        sum(product_mrr) over (partition by month, account_id) as account_mrr
    from held

)

select
    month,
    account_id,
    product_id
from weighed
where account_mrr > 0
