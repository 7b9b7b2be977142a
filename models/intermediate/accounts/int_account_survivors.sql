with

accounts as (

    select * from {{ ref('int_account_versions') }}
    where is_current

),

-- Nobody is taken over by an account that is not known.
takeovers as (

    select
        accounts.knowledge_id,
        accounts.account_id as id,
        accounts.merged_into_account_id as next_id
    from accounts
    inner join accounts as buyers
        on accounts.knowledge_id = buyers.knowledge_id and accounts.merged_into_account_id = buyers.account_id

),

{{ follow_links('takeovers') }},

-- Takeovers in a circle leave nobody over: then everybody stays what they are.
survivors as (

    select roots.*
    from roots
    left join takeovers on roots.knowledge_id = takeovers.knowledge_id and roots.root_id = takeovers.id
    where takeovers.id is null

)

select
    accounts.knowledge_id,
    accounts.account_id,
    coalesce(survivors.root_id, accounts.account_id) as survivor_id,
    accounts.is_internal
from accounts
left join survivors
    on accounts.knowledge_id = survivors.knowledge_id and accounts.account_id = survivors.id
