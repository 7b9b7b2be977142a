{%- set others = [
    'are_candidates_settled', 'linked_expansion_mrr', 'organic_expansion_mrr', 'upsell_revenue_fytd',
    'linked_upsell_revenue_fytd', 'upsell_margin_fytd', 'expansion_tool_cost_fytd', 'expansion_people_cost_fytd',
    'upsell_revenue_12m', 'expansion_tool_cost_12m', 'is_full_fiscal_year', 'tool_year',
] -%}
{%- set churn = [
    'followed_accounts', 'churned_accounts', 'matched_accounts', 'matched_churned_accounts', 'control_accounts',
    'expected_churned_accounts', 'churn_difference', 'churn_difference_low', 'churn_difference_high',
] -%}
with

measures as (

    select * from {{ ref('int_upsell_measures') }}

),

follow_ups as (

    select * from {{ ref('int_upsell_follow_ups') }}

),

rules as (

    {{ rules_as_columns('interval_rules', ['z', 'one_event', 'two_events', 'min_accounts']) }}

),

joined as (

    select
        {% for column in upsell_counts() + upsell_steps() + others -%}
        measures.{{ column }},
        {% endfor -%}
        {% for rule in ['z', 'one_event', 'two_events'] -%}
        cast(rules.{{ rule }} as double) as {{ rule }},
        {% endfor -%}
        rules.min_accounts,
        measures.proposals - measures.open_proposals as decided_proposals,
        follow_ups.*
    from measures
    cross join rules
    inner join follow_ups
        on
            measures.basis = follow_ups.basis
            and measures.month = follow_ups.month
            and measures.segment_type = follow_ups.segment_type
            and measures.segment = follow_ups.segment

)

select
    month,
    segment_type,
    segment,
    basis,
    {% for column in upsell_counts() + upsell_steps() -%}
    {{ column }},
    {% endfor -%}
    case when proposals > 0 then open_proposals = 0 end as is_cohort_matured,
    {{ ratio('upsold_accounts', 'opening_accounts') }} as upsell_rate,
    {{ ratio('cross_sold_accounts', 'opening_accounts') }} as cross_sell_rate,
    {{ ratio('won_proposals', 'proposals - open_proposals') }} as proposal_win_rate,
    {{ ratio('won_to_date', 'proposals') }} as won_to_date_rate,
    {{ ratio('won_in_month', 'decided_in_month') }} as close_month_win_rate,
    {{ ratio('timed_proposals', 'judged_proposals') }} as timing_hit_rate,
    case when are_candidates_settled then {{ ratio('won_candidates', 'candidates') }} end as candidate_conversion_rate,
    linked_expansion_mrr,
    organic_expansion_mrr,
    mrr_before_1m as upsold_mrr_before_1m,
    mrr_after_1m as upsold_mrr_after_1m,
    {{ ratio('mrr_after_1m - mrr_before_1m', 'mrr_before_1m') }} as arpa_lift,
    mrr_before_3m as upsold_mrr_before_3m,
    mrr_after_3m as upsold_mrr_after_3m,
    {{ ratio('mrr_after_3m - mrr_before_3m', 'mrr_before_3m') }} as arpa_lift_3m,
    upsell_revenue_fytd,
    upsell_margin_fytd,
    expansion_tool_cost_fytd,
    tool_year,
    {{ ratio('upsell_revenue_fytd', 'expansion_tool_cost_fytd') }} as upsell_revenue_multiple,
    {{ ratio('upsell_margin_fytd', 'expansion_tool_cost_fytd') }} as upsell_margin_multiple,
    is_full_fiscal_year,
    linked_upsell_revenue_fytd,
    expansion_people_cost_fytd,
    upsell_revenue_12m,
    expansion_tool_cost_12m,
    {{ ratio('upsell_revenue_12m', 'expansion_tool_cost_12m') }} as upsell_revenue_multiple_12m,
    {{ ratio('upsell_revenue_fytd', 'expansion_tool_cost_fytd + expansion_people_cost_fytd') }}
        as loaded_upsell_revenue_multiple,
    {{ ratio('linked_upsell_revenue_fytd', 'expansion_tool_cost_fytd') }} as linked_upsell_revenue_multiple,
    {% for horizon in published_horizons() -%}
    {% for column in churn -%}
    {{ column }}_{{ horizon }}d,
    {% endfor -%}
    {{ ratio('churned_accounts_' ~ horizon ~ 'd', 'followed_accounts_' ~ horizon ~ 'd') }}
        as post_upsell_churn_rate_{{ horizon }}d,
    control_rate_{{ horizon }}d as control_churn_rate_{{ horizon }}d,
    {% endfor -%}
    nps_before_sum,
    nps_after_sum,
    nps_accounts,
    {{ ratio('nps_after_sum - nps_before_sum', 'nps_accounts') }} as nps_delta,
    {{ life_after_upsell() }} as upsold_life_months,
    {{ life_of_controls() }} as control_life_months,
    {{ ratio('mrr_after_3m * ' ~ life_after_upsell(), 'mrr_before_3m * ' ~ life_of_controls()) }} - 1 as ltv_uplift,
    case when decided_proposals >= min_accounts then {{ count_low('won_proposals', 'decided_proposals') }} end
        as proposal_win_rate_low,
    case when decided_proposals >= min_accounts then {{ count_high('won_proposals', 'decided_proposals') }} end
        as proposal_win_rate_high,
    case when decided_in_month >= min_accounts then {{ count_low('won_in_month', 'decided_in_month') }} end
        as close_month_win_rate_low,
    case when decided_in_month >= min_accounts then {{ count_high('won_in_month', 'decided_in_month') }} end
        as close_month_win_rate_high
from joined
