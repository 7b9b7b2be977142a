with

proposals as (

    select * from {{ ref('int_proposals') }}
    where knowledge_id = 'restated'

),

money as (

    select * from {{ ref('int_proposal_money') }}

),

contexts as (

    select * from {{ ref('int_proposal_contexts') }}
    where knowledge_id = 'restated'

),

timing as (

    select * from {{ ref('int_proposal_timing') }}
    where knowledge_id = 'restated'

),

links as (

    select
        proposal_id,
        min(account_id) as account_id,
        min(month) as month
    from {{ ref('int_proposal_links') }}
    where knowledge_id = 'restated'
    group by proposal_id

),

upsold as (

    select * from {{ ref('int_upsold_accounts') }}

)

select
    proposals.proposal_id,
    proposals.account_id,
    proposals.proposed_account_id,
    proposals.offer_class,
    proposals.upsell_type,
    proposals.sales_motion,
    proposals.product_id,
    proposals.plan_id,
    proposals.channel,
    proposals.owner_role,
    proposals.experiment_id,
    proposals.variant,
    proposals.candidate_on,
    proposals.contacted_on,
    proposals.proposed_on,
    proposals.closed_on,
    proposals.outcome,
    proposals.ended_on,
    proposals.outcome_to_date,
    proposals.lost_reason,
    proposals.cohort_outcome,
    proposals.cohort_outcome <> 'open' as matured,
    proposals.outcome_to_date = 'won' as won,
    proposals.currency,
    money.current_mrr,
    money.proposed_mrr,
    money.price_gap,
    money.price_gap_band,
    contexts.context_month,
    contexts.health_score,
    contexts.health_band,
    contexts.customer_tier,
    {% for flag in timing_flags() -%}
    timing.{{ flag }},
    {% endfor -%}
    timing.timing_reason,
    timing.in_window,
    links.month as linked_movement_month,
    upsold.arpa_before,
    upsold.arpa_after_1m,
    upsold.arpa_before_3m,
    upsold.arpa_after_3m,
    proposals.deal_id,
    proposals.leads_deal,
    max(case when proposals.outcome_to_date = 'won' then 1 else 0 end) over (
        partition by
            proposals.account_id, proposals.deal_id, case when proposals.deal_id is null then proposals.proposal_id end
    ) = 1 as deal_won
from proposals
inner join money on proposals.proposal_id = money.proposal_id
left join contexts on proposals.proposal_id = contexts.proposal_id
left join timing on proposals.proposal_id = timing.proposal_id
left join links on proposals.proposal_id = links.proposal_id
left join upsold on links.account_id = upsold.account_id and links.month = upsold.month
