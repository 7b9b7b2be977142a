-- The published list and the published scores: an account whose health is red, unknown or absent on the day of the list
-- has no eligible offer. Where that day is a month-end, its scores say so too.
with

offers as (

    select * from {{ ref('fct_upsell_opportunities') }}
    where is_eligible

),

health as (

    select * from {{ ref('fct_health_scores') }}

),

last_scores as (

    select max(month) as month from health

)

select
    offers.account_id,
    offers.offer_id,
    offers.health_band,
    health.health_band as published_band
from offers
cross join last_scores
left join health
    on offers.account_id = health.account_id and offers.month = health.month
where
    coalesce(offers.health_band, 'insufficient_data') in ('red', 'insufficient_data')
    or (
        offers.month <= last_scores.month
        and coalesce(health.health_band, 'insufficient_data') in ('red', 'insufficient_data')
    )
