with

transfers as (

    select * from {{ ref('int_line_transfers') }}
    where account_id <> from_account_id

),

-- Every line leaves one account and reaches another.
sides as (

    select
        knowledge_id,
        month,
        from_account_id as account_id,
        -mrr_at_rate as transfer_mrr,
        -mrr_at_next_rate as transfer_at_next_rate,
        1 as given,
        0 as received
    from transfers
    union all
    select
        knowledge_id,
        month,
        account_id,
        mrr_at_rate as transfer_mrr,
        mrr_at_next_rate as transfer_at_next_rate,
        0 as given,
        1 as received
    from transfers

)

select
    knowledge_id,
    account_id,
    month,
    cast(sum(transfer_mrr) as decimal(18, 2)) as transfer_mrr,
    cast(sum(transfer_at_next_rate) as decimal(18, 2)) as transfer_at_next_rate,
    max(given) = 1 as has_given,
    max(received) = 1 as has_received
from sides
group by knowledge_id, account_id, month
