with

accounts as (

    select * from {{ ref('int_account_versions') }}
    where is_current

),

survivors as (

    select * from {{ ref('int_account_survivors') }}

),

contract_lines as (

    select * from {{ ref('stg_contract_lines') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

paid_accounts as (

    select distinct
        survivors.knowledge_id,
        survivors.survivor_id as account_id
    from contract_lines
    inner join survivors
        on coalesce(contract_lines.end_customer_account_id, contract_lines.account_id) = survivors.account_id
    inner join knowledge
        on survivors.knowledge_id = knowledge.knowledge_id and {{ is_known('contract_lines', 'knowledge') }}
    where
        contract_lines.is_valid
        and contract_lines.status <> 'void'
        and not (coalesce(contract_lines.is_deleted, false) and contract_lines.known_on is null)
        and contract_lines.starts_on <= knowledge.map_date
        and {{ is_paid_line() }}

)

select
    accounts.knowledge_id,
    accounts.account_id,
    survivors.survivor_id as parent_id,
    paid_accounts.account_id is not null as parent_is_paying
from accounts
inner join survivors
    on accounts.knowledge_id = survivors.knowledge_id and accounts.parent_account_id = survivors.account_id
left join paid_accounts
    on survivors.knowledge_id = paid_accounts.knowledge_id and survivors.survivor_id = paid_accounts.account_id
where survivors.survivor_id <> accounts.account_id
