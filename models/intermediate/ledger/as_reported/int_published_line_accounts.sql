with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

sealed_balances as (

    select * from {{ ref('stg_sealed_line_balances') }}

),

accounts as (

    select
        line_mrr.knowledge_id,
        line_mrr.contract_line_id,
        line_mrr.account_id
    from line_mrr
    inner join knowledge
        on line_mrr.knowledge_id = knowledge.knowledge_id and line_mrr.month = knowledge.closing_month
    left join sealed_months on line_mrr.knowledge_id = sealed_months.knowledge_id
    where sealed_months.month is null
    union all
    select
        sealed_months.knowledge_id,
        sealed_balances.contract_line_id,
        sealed_balances.account_id
    from sealed_balances
    inner join sealed_months on sealed_balances.month = sealed_months.month

)

select
    knowledge_id,
    contract_line_id,
    max(account_id) as account_id
from accounts
group by knowledge_id, contract_line_id
