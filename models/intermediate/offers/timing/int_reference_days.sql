with

population as (

    select * from {{ ref('int_scoring_population') }}

),

proposals as (

    select distinct
        account_id,
        proposed_on
    from {{ ref('stg_proposals') }}
    where is_valid and proposed_on <= {{ as_of_date() }}

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

),

proposal_days as (

    select distinct
        coalesce(account_map.paying_account_id, last_closes.account_id) as account_id,
        last_closes.proposed_on,
        last_closes.knowledge_id
    from last_closes
    left join account_map
        on
            last_closes.knowledge_id = account_map.knowledge_id
            and last_closes.account_id = account_map.account_id

)

select
    account_id,
    'month_end' as reference_kind,
    month_end as reference_on,
    knowledge_id,
    known_until,
    month
from population
union all
select
    proposal_days.account_id,
    'proposal_day' as reference_kind,
    proposal_days.proposed_on as reference_on,
    proposal_days.knowledge_id,
    proposal_days.proposed_on as known_until,
    knowledge.closing_month as month
from proposal_days
left join knowledge on proposal_days.knowledge_id = knowledge.knowledge_id
