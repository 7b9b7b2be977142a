with

transfers as (

    select * from {{ ref('int_window_transfers') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where mrr > 0

),

old_owners as (

    select distinct
        knowledge_id,
        retention_window,
        month,
        from_account_id,
        balance_month
    from transfers

)

-- All that an owner paid for of a product at a month-end is one other account's by the end of the window.
select
    old_owners.knowledge_id,
    old_owners.retention_window,
    old_owners.month,
    old_owners.from_account_id,
    line_mrr.product_id,
    old_owners.balance_month,
    min(transfers.account_id) as account_id
from old_owners
inner join line_mrr
    on
        old_owners.knowledge_id = line_mrr.knowledge_id
        and old_owners.from_account_id = line_mrr.account_id
        and old_owners.balance_month = line_mrr.month
left join transfers
    on
        old_owners.knowledge_id = transfers.knowledge_id
        and old_owners.retention_window = transfers.retention_window
        and old_owners.month = transfers.month
        and old_owners.from_account_id = transfers.from_account_id
        and old_owners.balance_month = transfers.balance_month
        and line_mrr.contract_line_id = transfers.contract_line_id
group by
    old_owners.knowledge_id,
    old_owners.retention_window,
    old_owners.month,
    old_owners.from_account_id,
    line_mrr.product_id,
    old_owners.balance_month
having count(*) = count(transfers.account_id) and min(transfers.account_id) = max(transfers.account_id)
