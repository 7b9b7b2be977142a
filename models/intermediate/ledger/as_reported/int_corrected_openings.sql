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

)

-- An account that the earlier close had never heard of stands where it stands now.
select
    line_mrr.knowledge_id,
    coalesce(account_map.paying_account_id, line_mrr.account_id) as account_id,
    line_mrr.product_id,
    knowledge.closing_month as month,
    cast(sum(line_mrr.mrr) as decimal(18, 2)) as mrr,
    cast(sum(
        case when line_mrr.fiscal_year = months.fiscal_year then line_mrr.mrr else line_mrr.mrr_next_year end
    ) as decimal(18, 2)) as mrr_at_rate
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
group by
    line_mrr.knowledge_id,
    coalesce(account_map.paying_account_id, line_mrr.account_id),
    line_mrr.product_id,
    knowledge.closing_month
