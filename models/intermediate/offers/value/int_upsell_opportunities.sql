with

offers as (

    select * from {{ ref('int_offers') }}

),

accounts as (

    select * from {{ ref('int_offer_accounts') }}

),

scores as (

    select * from {{ ref('int_expansion_scores') }}

),

{% for step in ['guards', 'timing', 'values', 'ranks', 'plays'] -%}
offer_{{ step }} as (

    select * from {{ ref('int_offer_' ~ step) }}

),

{% endfor -%}
joined as (

    select
        offers.account_id,
        offers.month,
        accounts.month_end,
        accounts.month_end_band,
        accounts.first_refused_row,
        offers.offer_id,
        offers.offer_class,
        offers.product_id,
        offers.plan_id,
        offers.current_mrr,
        offers.target_mrr,
        offers.delta_mrr,
        offers.price_gap,
        offers.price_gap_band,
        offers.is_ideal_step,
        offers.advice,
        accounts.health_band,
        accounts.health_score,
        scores.expansion_score,
        scores.expansion_coverage,
        {% for part in expansion_parts() -%}
        scores.{{ part }}_score,
        {% endfor -%}
        {% for guard in offer_guards() -%}
        offer_guards.{{ guard }},
        {% endfor -%}
        offer_guards.blocked_reasons,
        offer_guards.is_eligible,
        offer_timing.is_timed,
        offer_timing.timing_reason,
        {% for flag in timing_flags() -%}
        offer_timing.{{ flag }},
        {% endfor -%}
        offer_values.wins,
        offer_values.proposals,
        offer_values.gap_wins,
        offer_values.gap_proposals,
        offer_values.p_win,
        offer_values.p_harm,
        offer_values.horizon_months,
        offer_values.expected_value,
        offer_values.is_margin_assumed,
        offer_ranks.priority,
        offer_ranks.place_in_account,
        offer_plays.play,
        offer_plays.owner_role,
        offer_plays.pressing_reason
    from offers
    inner join accounts on offers.account_id = accounts.account_id and offers.month = accounts.month
    left join scores on offers.account_id = scores.account_id and offers.month = scores.month
    {% for step in ['guards', 'timing', 'values', 'ranks', 'plays'] -%}
    left join offer_{{ step }}
        on
            offers.account_id = offer_{{ step }}.account_id
            and offers.month = offer_{{ step }}.month
            and offers.offer_id = offer_{{ step }}.offer_id
    {% endfor %}

)

select * from joined
