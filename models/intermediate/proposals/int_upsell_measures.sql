{%- set counts = ['opening_accounts', 'upsold_accounts', 'cross_sold_accounts', 'upsell_events'] -%}
{%- set steps = [
    'proposals', 'won_proposals', 'lost_proposals', 'expired_proposals', 'open_proposals', 'won_to_date',
    'won_in_month', 'decided_in_month', 'timed_proposals', 'judged_proposals', 'candidates', 'won_candidates',
] -%}
with

keys as (

    select * from {{ ref('int_upsell_keys') }}

),

counted as (

    select * from {{ ref('int_upsell_counts') }}

),

funnel as (

    select * from {{ ref('int_upsell_funnel') }}

),

revenue as (

    select * from {{ ref('int_upsell_revenue') }}

)

-- A month without proposals has none, and only the company has costs.
select
    keys.month,
    keys.segment_type,
    keys.segment,
    {% for column in counts -%}
    coalesce(counted.{{ column }}, 0) as {{ column }},
    {% endfor -%}
    {% for column in steps -%}
    cast(coalesce(funnel.{{ column }}, 0) as integer) as {{ column }},
    {% endfor -%}
    coalesce(funnel.are_candidates_settled, false) as are_candidates_settled,
    cast(coalesce(counted.linked_mrr, 0) as decimal(18, 2)) as linked_expansion_mrr,
    cast(coalesce(counted.organic_mrr, 0) as decimal(18, 2)) as organic_expansion_mrr,
    revenue.upsell_revenue_fytd,
    revenue.upsell_margin_fytd,
    revenue.expansion_tool_cost_fytd,
    revenue.tool_year
from keys
left join counted
    on keys.month = counted.month and keys.segment_type = counted.segment_type and keys.segment = counted.segment
left join funnel
    on keys.month = funnel.month and keys.segment_type = funnel.segment_type and keys.segment = funnel.segment
left join revenue on keys.month = revenue.month and keys.segment_type = 'all'
