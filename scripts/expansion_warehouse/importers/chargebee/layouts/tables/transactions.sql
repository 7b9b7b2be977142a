select
    transactions.id,
    transactions.customer_id,
    transactions.type,
    transactions.status,
    transactions.date,
    minor_units(transactions.amount, transactions.currency_code) as amount,
    transactions.currency_code as currency,
    linked.cn_id as credit_note_id,
    transactions.deleted,
    transactions.updated_at
from export.transaction as transactions
left join (
    select
        transaction_id,
        min(cn_id) as cn_id
    from export.transaction_linked_credit_note
    where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
    group by transaction_id
) as linked
    on transactions.id = linked.transaction_id
where coalesce(lower(transactions._fivetran_deleted), 'false') <> 'true'
