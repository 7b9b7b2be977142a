{#- What became of a proposal, as seen on the as-of date: what is decided later is still open, and what nobody decided
    in time has expired. Needs outcome, is_closed_later and expires_on of CTE `read`. -#}
{% macro proposal_outcome() -%}
    case
        when proposed_on is null and outcome in ('won', 'lost', 'expired') and not is_closed_later then outcome
        when proposed_on is null then 'candidate'
        when outcome in ('won', 'lost', 'expired') and not is_closed_later then outcome
        when expires_on <= {{ as_of_date() }} then 'expired'
        else 'open'
    end
{%- endmacro %}

{#- A positive number to six places, half up: engines cast a double to a decimal each in its own way, and sums of
    decimals do not depend on the order of rows. -#}
{% macro six_places(number) -%}
    cast(
        cast(floor(({{ number }}) * 1000000 + 0.5) as decimal(30, 0)) * cast(0.000001 as decimal(7, 6))
        as decimal(18, 6)
    )
{%- endmacro %}

{#- An account's balance at the rate of another month's fiscal year: that of its own, or of the one after it. -#}
{% macro mrr_at_rate_of(balance, fiscal_year) -%}
    case
        when coalesce({{ fiscal_year }}, {{ balance }}.fiscal_year) = {{ balance }}.fiscal_year then {{ balance }}.mrr
        else {{ balance }}.mrr_next_year
    end
{%- endmacro %}

{#- Horizons in days that have columns of their own in `kpi_upsell`. -#}
{% macro published_horizons() %}
    {{ return([90, 180]) }}
{% endmacro %}

{#- Revenue of so many months in months of today's revenue, where every month loses the same share of it. -#}
{% macro months_of_revenue(monthly_churn, months) -%}
    case
        when {{ monthly_churn }} = 0 then cast({{ months }} as double)
        else (1 - power(1 - cast({{ monthly_churn }} as double), {{ months }})) / cast({{ monthly_churn }} as double)
    end
{%- endmacro %}

{#- How long upsold accounts, and those like them, stay: one over the monthly churn of 180 days. Without controls there
    is nothing to compare with. -#}
{% macro life_after_upsell() -%}
    ({{ customer_life_months('followed_months_180d', 'churned_accounts_180d') }})
{%- endmacro %}

{% macro life_of_controls() -%}
    ({{ customer_life_months('matched_months_180d', 'expected_churned_accounts_180d') }})
{%- endmacro %}

{#- How a value stands. -#}
{% macro scorecard_status(value, low, high, target) -%}
    case
        when {{ value }} is null then 'no_value'
        when {{ value }} >= {{ target }} then 'on_target'
        when {{ target }} is not null then 'below_target'
        when {{ value }} < {{ low }} then 'below_range'
        when {{ value }} > {{ high }} then 'above_range'
        when {{ low }} is not null or {{ high }} is not null then 'in_range'
    end
{%- endmacro %}

{#- Columns of `kpi_upsell` that count accounts and wins. -#}
{% macro upsell_counts() -%}
    {{ return(['opening_accounts', 'upsold_accounts', 'cross_sold_accounts', 'upsell_events']) }}
{%- endmacro %}

{#- Columns of `kpi_upsell` that count proposals, one for each step of the funnel. -#}
{% macro upsell_steps() -%}
    {{ return([
        'proposals', 'won_proposals', 'lost_proposals', 'expired_proposals', 'open_proposals', 'won_to_date',
        'won_in_month', 'decided_in_month', 'timed_proposals', 'judged_proposals', 'candidates', 'won_candidates',
    ]) }}
{%- endmacro %}
