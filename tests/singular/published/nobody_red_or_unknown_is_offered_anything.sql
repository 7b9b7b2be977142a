-- The published list beside the published scores: an account whose health is red, unknown or absent has no eligible
-- offer.
select
    offers.account_id,
    offers.offer_id,
    health.health_band
from {{ ref('fct_upsell_opportunities') }} as offers
left join {{ ref('fct_health_scores') }} as health
    on offers.account_id = health.account_id and offers.month = health.month
where
    offers.is_eligible
    and coalesce(health.health_band, 'insufficient_data') in ('red', 'insufficient_data')
