with

transfers as (

    select * from {{ ref('int_line_transfers') }}
    where knowledge_id = 'restated' and account_id <> from_account_id

),

parents as (

    select
        knowledge_id,
        account_id as id,
        parent_id as next_id
    from {{ ref('int_account_parents') }}
    where knowledge_id = 'restated'

),

{{ follow_links('parents') }},

openings as (

    select
        month,
        sum(opening_at_rate) as opening_mrr
    from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'
    group by month

)

-- Accounts that were merged are one account here: without a parent in common nothing says why one pays for the other.
select
    transfers.month,
    transfers.contract_line_id,
    transfers.product_id,
    transfers.from_account_id,
    transfers.account_id,
    transfers.mrr_at_rate as transferred_mrr,
    {{ ratio('transfers.mrr_at_rate', 'openings.opening_mrr') }} as share_of_opening_mrr
from transfers
inner join openings on transfers.month = openings.month
left join roots as old_roots on transfers.from_account_id = old_roots.id
left join roots as new_roots on transfers.account_id = new_roots.id
where coalesce(old_roots.root_id, transfers.from_account_id) <> coalesce(new_roots.root_id, transfers.account_id)
