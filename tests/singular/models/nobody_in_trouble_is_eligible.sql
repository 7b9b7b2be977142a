-- The law of the whole product, at every month-end: red health, unknown health, an open severe ticket, a recent refusal
-- of the offer or a notice, each read from its own model and not from the guards.
with

eligible as (

    select * from {{ ref('int_upsell_opportunities') }}
    where is_eligible

),

health as (

    select * from {{ ref('int_health_states') }}

),

tickets as (

    select distinct
        account_id,
        month
    from {{ ref('int_known_tickets') }}
    where not is_closed and severity in (1, 2)

),

refusals as (

    select * from {{ ref('int_known_proposals') }}
    where outcome = 'lost' and closed_on > {{ add_days('month_end', -180) }}

)

select
    eligible.account_id,
    eligible.month,
    eligible.offer_id
from eligible
left join health on eligible.account_id = health.account_id and eligible.month = health.month
left join tickets on eligible.account_id = tickets.account_id and eligible.month = tickets.month
left join refusals
    on
        eligible.account_id = refusals.account_id
        and eligible.month = refusals.month
        and eligible.offer_class = refusals.offer_class
        and eligible.product_id = refusals.product_id
        and (refusals.plan_id is null or eligible.plan_id = refusals.plan_id)
where
    coalesce(health.health_band, 'insufficient_data') in ('red', 'insufficient_data')
    or health.has_cancel_notice
    or tickets.account_id is not null
    or refusals.proposal_id is not null
