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

),

starts as (

    select {{ month_start('min(coalesce(candidate_on, proposed_on))') }} as proposals_from
    from {{ ref('int_proposals') }}

)

-- A month without proposals has none; before the first one nothing is known of them. Only the company has costs.
select
    keys.month,
    keys.segment_type,
    keys.segment,
    {% for column in upsell_counts() -%}
    coalesce(counted.{{ column }}, 0) as {{ column }},
    {% endfor -%}
    {% for column in upsell_steps() -%}
    case when starts.proposals_from <= keys.month then cast(coalesce(funnel.{{ column }}, 0) as integer) end
        as {{ column }},
    {% endfor -%}
    coalesce(funnel.are_candidates_settled, false) as are_candidates_settled,
    case when starts.proposals_from <= keys.month then cast(coalesce(counted.linked_mrr, 0) as decimal(18, 2)) end
        as linked_expansion_mrr,
    case when starts.proposals_from <= keys.month then cast(coalesce(counted.organic_mrr, 0) as decimal(18, 2)) end
        as organic_expansion_mrr,
    revenue.upsell_revenue_fytd,
    revenue.upsell_margin_fytd,
    revenue.expansion_tool_cost_fytd,
    revenue.tool_year
from keys
cross join starts
left join counted
    on keys.month = counted.month and keys.segment_type = counted.segment_type and keys.segment = counted.segment
left join funnel
    on keys.month = funnel.month and keys.segment_type = funnel.segment_type and keys.segment = funnel.segment
left join revenue on keys.month = revenue.month and keys.segment_type = 'all'
