with

proposals as (

    select * from {{ ref('stg_proposals') }}
    where is_valid and not repeats_another and coalesce(proposed_on, candidate_on) <= {{ as_of_date() }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

-- A close sees what had happened by its day.
knowledge as (

    select
        knowledge.*,
        {{ last_known_day('knowledge') }} as last_day
    from {{ ref('int_knowledge') }} as knowledge

),

offer_motions as (

    select * from {{ ref('offer_motions') }}

),

rules as (

    {{ rules_as_columns('upsell_rules', ['proposal_follow_up_days']) }}

),

-- What is dated later has not happened yet.
read as (

    select
        knowledge.knowledge_id,
        knowledge.last_day,
        proposals.*,
        case when proposals.proposed_on <= knowledge.last_day then proposals.proposed_on end as made_on,
        account_map.paying_account_id,
        offer_motions.upsell_type,
        offer_motions.sales_motion,
        offer_motions.is_upsell_offer,
        coalesce(proposals.closed_on > knowledge.last_day, false) as is_closed_later,
        {{ add_days('proposals.proposed_on', 'rules.proposal_follow_up_days') }} as expires_on
    from proposals
    cross join rules
    inner join knowledge
        on
            {{ is_known('proposals', 'knowledge') }}
            and least(
                coalesce(proposals.candidate_on, proposals.proposed_on),
                coalesce(proposals.proposed_on, proposals.candidate_on)
            ) <= knowledge.last_day
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and proposals.account_id = account_map.account_id
    left join offer_motions on proposals.offer_class = offer_motions.offer_class

),

judged as (

    select
        *,
        {{ proposal_outcome() }} as outcome_to_date,
        case when not is_closed_later and outcome in ('won', 'lost', 'expired') then closed_on end as decided_on
    from read

)

-- A month's win rate must not move for ever: what is decided after the follow-up counts as expired in it.
select
    knowledge_id,
    proposal_id,
    paying_account_id as account_id,
    account_id as proposed_account_id,
    offer_class,
    upsell_type,
    sales_motion,
    is_upsell_offer,
    product_id,
    plan_id,
    deal_id,
    {{ leads_its_deal(['knowledge_id', 'paying_account_id'], first=['is_upsell_offer']) }} as leads_deal,
    currency,
    current_mrr as current_mrr_native,
    proposed_mrr as proposed_mrr_native,
    candidate_on,
    case when contacted_on <= last_day then contacted_on end as contacted_on,
    made_on as proposed_on,
    case when made_on is not null then expires_on end as expires_on,
    closed_on,
    outcome,
    case
        when decided_on is not null then decided_on
        when outcome_to_date = 'expired' and made_on is not null then expires_on
    end as ended_on,
    outcome_to_date,
    case
        when made_on is null then null
        when outcome_to_date in ('won', 'lost', 'expired') and coalesce(decided_on <= expires_on, true)
            then outcome_to_date
        when expires_on <= last_day then 'expired'
        else 'open'
    end as cohort_outcome,
    case when outcome_to_date = 'lost' then lost_reason end as lost_reason,
    channel,
    owner_role,
    experiment_id,
    variant
from judged
