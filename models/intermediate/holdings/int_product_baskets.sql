with

held_lines as (

    select * from {{ ref('int_held_lines') }}
    where basis <> 'restated' and is_paid_line

),

held as (

    select
        month,
        account_id,
        product_id,
        sum(mrr) as product_mrr
    from held_lines
    group by month, account_id, product_id

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
