with

transfers as (

    select * from {{ ref('int_line_transfers') }}
    where account_id <> from_account_id

),

sides as (

    {% for account, sign in [('from_account_id', '-'), ('account_id', '')] -%}
    select
        knowledge_id,
        {{ account }}{{ ' as account_id' if sign }},
        product_id,
        month,
        {{ sign }}mrr_at_rate as transfer_mrr
    from transfers
    {{ 'union all' if not loop.last }}
    {% endfor -%}

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    cast(sum(transfer_mrr) as decimal(18, 2)) as transfer_mrr
from sides
group by knowledge_id, account_id, product_id, month
having sum(transfer_mrr) <> 0
