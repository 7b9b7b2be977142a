with

proposals as (

    select * from {{ ref('stg_proposals') }}
    where is_valid and not repeats_another

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

rules as (

    {{ rules_as_columns('upsell_rules', ['proposal_follow_up_days']) }}

),

-- A proposal as a month-end sees it: what is dated later has not happened yet, and its outcome neither.
seen as (

    select
        account_map.paying_account_id as account_id,
        knowledge.closing_month as month,
        knowledge.map_date as last_day,
        proposals.proposal_id,
        proposals.offer_class,
        proposals.product_id,
        proposals.plan_id,
        proposals.current_mrr,
        proposals.proposed_mrr,
        proposals.deal_id,
        proposals.candidate_on,
        proposals.outcome,
        case when proposals.contacted_on <= knowledge.map_date then proposals.contacted_on end as contacted_on,
        case when proposals.proposed_on <= knowledge.map_date then proposals.proposed_on end as made_on,
        case when proposals.closed_on <= knowledge.map_date then proposals.closed_on end as closed_on,
        coalesce(proposals.closed_on > knowledge.map_date, false) as is_closed_later,
        {{ add_days('proposals.proposed_on', 'rules.proposal_follow_up_days') }} as expires_on
    from proposals
    cross join rules
    inner join knowledge
        on
            least(
                coalesce(proposals.candidate_on, proposals.proposed_on),
                coalesce(proposals.proposed_on, proposals.candidate_on)
            ) <= knowledge.map_date
            and {{ is_known('proposals', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and proposals.account_id = account_map.account_id

),

judged as (

    select
        *,
        {{ proposal_outcome() }} as outcome_to_date
    from seen

)

select
    account_id,
    month,
    last_day as month_end,
    proposal_id,
    offer_class,
    product_id,
    plan_id,
    current_mrr as current_mrr_native,
    proposed_mrr as proposed_mrr_native,
    contacted_on,
    made_on as proposed_on,
    closed_on,
    {{ leads_its_deal(['account_id', 'month']) }} as leads_deal,
    outcome_to_date as outcome
from judged
