with

guard_reasons as (

    select * from {{ ref('guard_reasons') }}

),

outcomes as (

    select * from {{ ref('int_offer_outcomes') }}

),

-- Exactly one reason: no other guard would have blocked it.
cells as (

    select
        guard_reasons.reason as guard_reason,
        outcomes.offer_class,
        outcomes.guarded_band,
        count(*) as offers,
        count(outcomes.delta_mrr) as priced_offers,
        sum(outcomes.delta_mrr) as delta_mrr
    from guard_reasons
    inner join outcomes on guard_reasons.reason = outcomes.blocked_reasons
    group by guard_reasons.reason, outcomes.offer_class, outcomes.guarded_band

),

similar_cells as (

    select
        offer_class,
        guarded_band,
        count(*) as offers,
        sum(case when is_won then 1 else 0 end) as wins,
        sum(won_mrr) as won_mrr
    from outcomes
    where blocked_reasons = '' and is_offered and is_followed
    group by offer_class, guarded_band

),

-- What a guard holds back would have been won as often as what is like it.
summed as (

    select
        cells.guard_reason,
        sum(cells.offers) as blocked_offers,
        sum(cells.priced_offers) as priced_offers,
        sum(cells.delta_mrr) as blocked_mrr,
        sum(case when similar_cells.offers > 0 then cells.offers end) as compared_offers,
        sum(case when similar_cells.offers > 0 then cells.delta_mrr end) as compared_mrr,
        sum(similar_cells.offers) as similar_offers,
        sum(similar_cells.wins) as similar_wins,
        sum(similar_cells.won_mrr) as similar_won_mrr,
        sum({{ money_from_ratio(
            'cast(cells.delta_mrr as double) * ' ~ ratio('similar_cells.wins', 'similar_cells.offers')
        ) }}) as expected_mrr_forgone
    from cells
    left join similar_cells
        on cells.offer_class = similar_cells.offer_class and cells.guarded_band = similar_cells.guarded_band
    group by cells.guard_reason

)

select
    {% for column in ['blocked_offers', 'priced_offers', 'compared_offers', 'similar_offers', 'similar_wins'] -%}
    cast(coalesce(summed.{{ column }}, 0) as integer) as {{ column }},
    {% endfor -%}
    {% for column in ['blocked_mrr', 'compared_mrr', 'similar_won_mrr', 'expected_mrr_forgone'] -%}
    cast(coalesce(summed.{{ column }}, 0) as decimal(19, 3)) as {{ column }},
    {% endfor -%}
    guard_reasons.reason as guard_reason
from guard_reasons
left join summed on guard_reasons.reason = summed.guard_reason
