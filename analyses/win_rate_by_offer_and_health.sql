-- What sells, and to whom? Settled proposals by offer class and by the health band of the day they were made; a handful
-- of proposals is a hint at best.
select
    offer_class,
    coalesce(health_band, 'no score yet') as health_band,
    count(*) as settled_proposals,
    sum(case when cohort_outcome = 'won' then 1 else 0 end) as won_proposals,
    {{ ratio("sum(case when cohort_outcome = 'won' then 1 else 0 end)", 'count(*)') }} as win_rate,
    {{ ratio('sum(case when in_window then 1 else 0 end)', 'count(in_window)') }} as timing_hit_rate,
    sum(case when linked_movement_month is not null then 1 else 0 end) as with_movement,
    count(*) < {{ setting('min_segment_accounts') }} as is_small_sample
from {{ ref('fct_proposals') }}
where matured and leads_deal
group by offer_class, coalesce(health_band, 'no score yet')
order by offer_class, health_band
