with

proposals as (

    select * from {{ ref('int_known_proposals') }}
    where proposed_on is not null and leads_deal

),

months as (

    select * from {{ ref('int_seen_months') }}

),

reference_days as (

    select * from {{ ref('int_reference_days') }}
    where reference_kind = 'proposal_day'

),

health as (

    select * from {{ ref('int_health_states') }}

),

offer_harms as (

    select * from {{ ref('offer_harms') }}

),

offer_classes as (

    select * from {{ ref('offer_classes') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['matured_days']) }}

),

-- A proposal counts in the band that its account had at the last close before it, once its end is known: decided, or
-- open for so long that nobody waits for it any more.
ended as (

    select
        proposals.month,
        proposals.offer_class,
        health.health_band,
        count(*) as proposals,
        sum(case when proposals.outcome = 'won' then 1 else 0 end) as wins
    from proposals
    cross join rules
    inner join reference_days
        on proposals.account_id = reference_days.account_id and proposals.proposed_on = reference_days.reference_on
    inner join health
        on reference_days.account_id = health.account_id and reference_days.month = health.month
    where
        proposals.outcome in ('won', 'lost', 'expired')
        or {{ add_days('proposals.proposed_on', 'rules.matured_days') }} <= proposals.month_end
    group by proposals.month, proposals.offer_class, health.health_band

)

select
    months.month,
    offer_harms.offer_class,
    offer_harms.health_band,
    cast(coalesce(ended.wins, 0) as integer) as wins,
    cast(coalesce(ended.proposals, 0) as integer) as proposals,
    {{ shrunk_win_rate(
        'coalesce(ended.wins, 0)', 'coalesce(ended.proposals, 0)',
        'offer_classes.prior_wins', 'offer_classes.prior_proposals'
    ) }} as p_win,
    offer_harms.p_harm,
    offer_classes.cost
from offer_harms
cross join months
inner join offer_classes on offer_harms.offer_class = offer_classes.offer_class
left join ended
    on
        months.month = ended.month
        and offer_harms.offer_class = ended.offer_class
        and offer_harms.health_band = ended.health_band
