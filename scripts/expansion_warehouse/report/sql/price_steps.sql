select
    price_gap_band, count(*) as proposals, count(*) filter (where won) as wins
from fct_proposals
where matured and price_gap_band is not null
group by price_gap_band
order by min(price_gap), price_gap_band
