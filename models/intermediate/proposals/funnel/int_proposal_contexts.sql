with

proposals as (

    select * from {{ ref('int_proposals') }}
    where proposed_on is not null

),

proposal_days as (

    select * from {{ ref('int_proposal_days') }}

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

placed as (

    select
        proposals.proposal_id,
        proposal_days.account_id as context_account_id,
        proposal_days.month as context_month
    from proposals
    inner join proposal_days
        on
            proposals.proposed_account_id = proposal_days.proposed_account_id
            and proposals.proposed_on = proposal_days.proposed_on

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
