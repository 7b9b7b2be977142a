-- The published list beside the published scores: an account whose health is red, unknown or absent on the day of the
-- list has no eligible offer, and none that was red at the last month-end. What notice and overdue payments alone made
-- red then is judged by the day.
with

offers as (

    select * from {{ ref('fct_upsell_opportunities') }}
    where is_eligible

),

health as (

    select
        account_id,
        month,
        health_band,
        health_band <> 'onboarding'
        and (has_score_drop or coalesce(has_severe_open_ticket, false) or state_band = 'red') as is_red_by_itself
    from {{ ref('fct_health_scores') }}

),

last_scores as (

    select max(month) as month from {{ ref('int_months') }}

)

select
    offers.account_id,
    offers.offer_id,
    offers.health_band,
    health.health_band as month_end_band
from offers
cross join last_scores
left join health on offers.account_id = health.account_id and last_scores.month = health.month
where
    coalesce(offers.health_band, 'insufficient_data') in ('red', 'insufficient_data')
    or coalesce(health.is_red_by_itself, false)
    or (offers.month = last_scores.month and coalesce(health.health_band, 'insufficient_data') = 'insufficient_data')
