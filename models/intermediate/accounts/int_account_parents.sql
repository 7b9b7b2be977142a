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
        and not contract_lines.is_short_term
        and {{ is_paid_line() }}

),

named as (

    select
        accounts.knowledge_id,
        accounts.account_id as id,
        survivors.survivor_id as next_id
    from accounts
    inner join survivors
        on accounts.knowledge_id = survivors.knowledge_id and accounts.parent_account_id = survivors.account_id
    where survivors.survivor_id <> accounts.account_id

),

{{ follow_links('named') }}

-- Parents in a circle are nobody's parents.
select
    named.knowledge_id,
    named.id as account_id,
    named.next_id as parent_id,
    paid_accounts.account_id is not null as parent_is_paying
from named
inner join roots on named.knowledge_id = roots.knowledge_id and named.id = roots.id
left join named as onward on roots.knowledge_id = onward.knowledge_id and roots.root_id = onward.id
left join paid_accounts
    on named.knowledge_id = paid_accounts.knowledge_id and named.next_id = paid_accounts.account_id
where onward.id is null
