with

proposals as (

    select distinct
        account_id,
        proposed_on
    from {{ ref('stg_proposals') }}
    where is_valid and not repeats_another and proposed_on <= {{ as_of_date() }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}

),

-- On the day of a proposal the last close is known, and not the next one.
last_closes as (

    select
        proposals.account_id,
        proposals.proposed_on,
        max(knowledge.knowledge_id) as knowledge_id
    from proposals
    left join knowledge
        on
            proposals.proposed_on >= knowledge.known_until
            and proposals.proposed_on > knowledge.map_date
    group by proposals.account_id, proposals.proposed_on

)

-- The account that paid then, on the map of then.
select
    last_closes.account_id as proposed_account_id,
    last_closes.proposed_on,
    last_closes.knowledge_id,
    knowledge.closing_month as month,
    coalesce(account_map.paying_account_id, last_closes.account_id) as account_id
from last_closes
left join knowledge on last_closes.knowledge_id = knowledge.knowledge_id
left join account_map
    on
        last_closes.knowledge_id = account_map.knowledge_id
        and last_closes.account_id = account_map.account_id
