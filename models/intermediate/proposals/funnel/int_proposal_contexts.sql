with

proposals as (

    select * from {{ ref('int_proposals') }}
    where proposed_on is not null

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}

),

health as (

    select * from {{ ref('int_health_states') }}

),

tiers as (

    select
        tiers.account_id,
        tiers.month,
        {{ customer_tier() }} as customer_tier
    from {{ ref('int_customer_tiers') }} as tiers

),

-- The last close that was over when the proposal was made.
last_closes as (

    select
        proposals.proposal_id,
        max(knowledge.knowledge_id) as knowledge_id
    from proposals
    inner join knowledge
        on proposals.proposed_on >= knowledge.known_until and proposals.proposed_on > knowledge.map_date
    group by proposals.proposal_id

),

-- The account that paid then, on the map of then.
placed as (

    select
        proposals.*,
        last_closes.knowledge_id,
        knowledge.closing_month as context_month,
        coalesce(account_map.paying_account_id, proposals.proposed_account_id) as context_account_id
    from proposals
    left join last_closes on proposals.proposal_id = last_closes.proposal_id
    left join knowledge on last_closes.knowledge_id = knowledge.knowledge_id
    left join account_map
        on
            last_closes.knowledge_id = account_map.knowledge_id
            and proposals.proposed_account_id = account_map.account_id

)

select
    placed.proposal_id,
    placed.context_account_id,
    placed.context_month,
    health.health_score,
    health.health_band,
    tiers.customer_tier
from placed
left join health
    on placed.context_account_id = health.account_id and placed.context_month = health.month
left join tiers
    on placed.context_account_id = tiers.account_id and placed.context_month = tiers.month
