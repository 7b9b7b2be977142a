with

population as (

    select * from {{ ref('int_scoring_population') }}

),

health as (

    select * from {{ ref('int_health_states') }}

),

voices as (

    select * from {{ ref('int_dissatisfied_accounts') }}

),

talks as (

    select * from {{ ref('int_recent_contacts') }}

),

holdouts as (

    select * from {{ ref('int_offer_holdouts') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

),

usage_months as (

    select * from {{ ref('int_usage_months') }}

),

held as (

    select
        account_id,
        month,
        max(account_mrr) as account_mrr
    from {{ ref('int_held_products') }}
    group by account_id, month

)

-- Notice and overdue payments have a guard of their own: the band that this one reads is the one without them.
select
    population.account_id,
    population.month,
    population.month_end,
    population.first_paid_on,
    held.account_mrr,
    health.health_band,
    health.health_score,
    case
        when health.is_onboarding then 'onboarding'
        when health.has_score_drop or health.has_severe_open_ticket then 'red'
        when health.health_score is null then 'insufficient_data'
        else health.state_band
    end as guarded_band,
    coalesce(health.has_cancel_notice, false) as has_cancel_notice,
    coalesce(health.is_past_due, false) as is_past_due,
    voices.has_severe_ticket,
    voices.has_low_csat,
    voices.has_detractor,
    talks.last_proposed_on,
    coalesce(talks.open_proposals, 0) as open_proposals,
    coalesce(talks.contact_days, 0) as contact_days,
    coalesce(account_versions.do_not_contact, false) as do_not_contact,
    holdouts.account_id is not null as is_holdout,
    {{ ratio('usage_months.seats_used', 'usage_months.seats') }} as seat_utilisation
from population
inner join held on population.account_id = held.account_id and population.month = held.month
inner join voices on population.account_id = voices.account_id and population.month = voices.month
left join health on population.account_id = health.account_id and population.month = health.month
left join talks on population.account_id = talks.account_id and population.month = talks.month
left join holdouts on population.account_id = holdouts.account_id and population.month = holdouts.month
left join usage_months on population.account_id = usage_months.account_id and population.month = usage_months.month
left join account_versions
    on
        population.knowledge_id = account_versions.knowledge_id
        and population.account_id = account_versions.account_id
        and population.month_end >= account_versions.valid_from
        and population.month_end < account_versions.valid_to
