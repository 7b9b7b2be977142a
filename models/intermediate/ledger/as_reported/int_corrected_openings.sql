with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

months as (

    select * from {{ ref('int_months') }}

),

account_map as (

    select * from {{ ref('int_published_account_map') }}

),

published_owners as (

    select * from {{ ref('int_published_line_accounts') }}

),

links as (

    select * from {{ ref('int_line_links') }}

),

-- An account that the earlier close had never heard of stands where it stands now.
opened as (

    select
        line_mrr.knowledge_id,
        line_mrr.contract_line_id,
        line_mrr.product_id,
        knowledge.previous_knowledge_id,
        knowledge.closing_month as month,
        line_mrr.mrr,
        case when line_mrr.fiscal_year = months.fiscal_year then line_mrr.mrr else line_mrr.mrr_next_year end
            as mrr_at_rate,
        coalesce(account_map.paying_account_id, line_mrr.account_id) as owner_id
    from line_mrr
    inner join knowledge
        on
            line_mrr.knowledge_id = knowledge.knowledge_id
            and line_mrr.month = {{ add_months('knowledge.closing_month', -1) }}
    inner join months on knowledge.closing_month = months.month
    left join account_map
        on
            knowledge.previous_knowledge_id = account_map.knowledge_id
            and line_mrr.owner_account_id = account_map.account_id

),

-- A line whose transfer the earlier close had not heard of stood with its old owner, as did what it replaces.
placed as (

    select
        opened.*,
        coalesce(same_line.account_id, replaced.account_id, opened.owner_id) as account_id
    from opened
    left join published_owners as same_line
        on
            opened.previous_knowledge_id = same_line.knowledge_id
            and opened.contract_line_id = same_line.contract_line_id
    left join links
        on opened.knowledge_id = links.knowledge_id and opened.contract_line_id = links.contract_line_id
    left join published_owners as replaced
        on
            opened.previous_knowledge_id = replaced.knowledge_id
            and links.replaces_line_id = replaced.contract_line_id

),

steps as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        mrr,
        mrr_at_rate,
        case when account_id <> owner_id then -mrr_at_rate else 0 end as transfer_mrr
    from placed
    union all
    select
        knowledge_id,
        owner_id as account_id,
        product_id,
        month,
        0 as mrr,
        0 as mrr_at_rate,
        mrr_at_rate as transfer_mrr
    from placed
    where account_id <> owner_id

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    cast(sum(mrr) as decimal(18, 2)) as mrr,
    cast(sum(mrr_at_rate) as decimal(18, 2)) as mrr_at_rate,
    cast(sum(transfer_mrr) as decimal(18, 2)) as transfer_mrr
from steps
group by knowledge_id, account_id, product_id, month
