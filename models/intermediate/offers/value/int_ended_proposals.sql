with

proposals as (

    select
        *,
        proposed_mrr_native - current_mrr_native as gap_native
    from {{ ref('int_known_proposals') }}
    where proposed_on is not null and leads_deal

),

reference_days as (

    select * from {{ ref('int_reference_days') }}
    where reference_kind = 'proposal_day'

),

health as (

    select * from {{ ref('int_health_states') }}

),

bands as (

    select * from {{ ref('price_gap_bands') }}

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
        coalesce(bands.price_gap_band, 'none') as price_gap_band,
        case when proposals.outcome = 'won' then 1 else 0 end as wins
    from proposals
    cross join rules
    inner join reference_days
        on proposals.account_id = reference_days.account_id and proposals.proposed_on = reference_days.reference_on
    inner join health
        on reference_days.account_id = health.account_id and reference_days.month = health.month
    left join bands
        on {{ is_in_gap_band('proposals.gap_native', 'proposals.current_mrr_native', 'bands') }}
    where
        proposals.outcome in ('won', 'lost', 'expired')
        or {{ add_days('proposals.proposed_on', 'rules.matured_days') }} <= proposals.month_end

)

select
    month,
    offer_class,
    health_band,
    price_gap_band,
    cast(sum(wins) as integer) as wins,
    cast(count(*) as integer) as proposals
from ended
group by month, offer_class, health_band, price_gap_band
