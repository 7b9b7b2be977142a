with

population as (

    select * from {{ ref('int_scoring_population') }}

),

-- Several companies of a group may be made a proposal on one day.
proposal_days as (

    select distinct
        account_id,
        proposed_on,
        knowledge_id,
        month
    from {{ ref('int_proposal_days') }}

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
    account_id,
    'proposal_day' as reference_kind,
    proposed_on as reference_on,
    knowledge_id,
    proposed_on as known_until,
    month
from proposal_days
