with

opportunities as (

    select * from {{ ref('int_upsell_opportunities') }}

),

sentences as (

    select * from {{ ref('int_offer_sentences') }}

),

waits as (

    select * from {{ ref('int_offer_waits') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}
    where knowledge_id = 'restated'

),

-- As of the build: the as-of date, which is a month-end or a day of the running month.
last_month as (

    select max(month) as month from {{ ref('int_seen_months') }}

)

select
    opportunities.account_id,
    opportunities.offer_id,
    opportunities.month,
    opportunities.month_end as as_of_date,
    opportunities.offer_class,
    opportunities.product_id,
    opportunities.plan_id,
    opportunities.current_mrr,
    opportunities.target_mrr,
    opportunities.delta_mrr,
    opportunities.price_gap,
    opportunities.price_gap_band,
    opportunities.is_ideal_step,
    opportunities.advice,
    opportunities.health_band,
    opportunities.health_score,
    opportunities.month_end_band,
    opportunities.expansion_score,
    opportunities.expansion_coverage,
    {% for part in expansion_parts() -%}
    opportunities.{{ part }}_score,
    {% endfor -%}
    {% for guard in offer_guards() -%}
    opportunities.{{ guard }},
    {% endfor -%}
    opportunities.blocked_reasons,
    opportunities.first_refused_row,
    opportunities.is_eligible,
    opportunities.is_timed,
    opportunities.timing_reason,
    {% for flag in timing_flags() -%}
    opportunities.{{ flag }},
    {% endfor -%}
    opportunities.wins,
    opportunities.proposals,
    opportunities.p_win,
    opportunities.p_harm,
    opportunities.horizon_months,
    opportunities.expected_value,
    opportunities.priority,
    opportunities.place_in_account,
    opportunities.play,
    opportunities.owner_role,
    account_versions.account_name,
    account_versions.csm_owner,
    account_versions.sales_owner,
    sentences.sentence,
    waits.blocked_until,
    opportunities.is_margin_assumed,
    opportunities.gap_wins,
    opportunities.gap_proposals
from opportunities
inner join last_month on opportunities.month = last_month.month
left join sentences
    on opportunities.account_id = sentences.account_id and opportunities.offer_id = sentences.offer_id
left join waits
    on
        opportunities.account_id = waits.account_id
        and opportunities.month = waits.month
        and opportunities.offer_id = waits.offer_id
left join account_versions
    on
        opportunities.account_id = account_versions.account_id
        and opportunities.month_end >= account_versions.valid_from
        and opportunities.month_end < account_versions.valid_to
-- Who is on the top plan has nothing to be offered there.
where opportunities.offer_class <> 'plan_upgrade' or opportunities.plan_id is not null
