with

accounts as (

    select * from {{ ref('int_account_versions') }}
    where is_current

),

takeovers as (

    select
        knowledge_id,
        account_id as id,
        merged_into_account_id as next_id
    from accounts
    where merged_into_account_id is not null

),

{{ follow_links('takeovers') }}

select
    accounts.knowledge_id,
    accounts.account_id,
    coalesce(roots.root_id, accounts.account_id) as survivor_id,
    accounts.is_internal
from accounts
left join roots
    on accounts.knowledge_id = roots.knowledge_id and accounts.account_id = roots.id
