{#- What became of a proposal, as seen on the last day of a knowledge: what is decided later is still open, and what
    nobody decided in time has expired. Needs outcome, is_closed_later, made_on, expires_on and last_day of CTE `read`. -#}
{% macro proposal_outcome() -%}
    case
        when made_on is null and outcome in ('won', 'lost', 'expired') and not is_closed_later then outcome
        when made_on is null then 'candidate'
        when outcome in ('won', 'lost', 'expired') and not is_closed_later then outcome
        when expires_on <= last_day then 'expired'
        else 'open'
    end
{%- endmacro %}

{#- True for the one line of a deal that counts for it in rates: the one that shows what became of the deal, which is won
    where any line is and open while one is; the first of several. A proposal of no deal leads itself. -#}
{% macro leads_its_deal(per, first=[]) -%}
    row_number() over (
        partition by {{ per | join(', ') }}, deal_id, case when deal_id is null then proposal_id end
        order by
            {% for condition in first %}case when {{ condition }} then 0 else 1 end, {% endfor -%}
            case outcome_to_date when 'won' then 1 when 'open' then 2 when 'candidate' then 3 when 'lost' then 4 else 5 end,
            coalesce(made_on, candidate_on), proposal_id
    ) = 1
{%- endmacro %}

{#- Duplicates beside another proposal of their account, class and product, each by its row. Needs CTE `rules`. -#}
{% macro repeated_proposals(versions) -%}
    select distinct marked._row_hash
    from {{ versions }} as marked
    cross join rules
    inner join {{ versions }} as others
        on
            marked.account_id = others.account_id
            and marked.offer_class = others.offer_class
            and coalesce(marked.product_id, '') = coalesce(others.product_id, '')
            and marked.proposal_id <> others.proposal_id
    where
        marked.is_valid and marked.is_duplicate and others.is_valid and not others.is_duplicate
        and coalesce(others.proposed_on, others.candidate_on)
        between {{ add_days('coalesce(marked.proposed_on, marked.candidate_on)', '-rules.duplicate_days') }}
        and {{ add_days('coalesce(marked.proposed_on, marked.candidate_on)', 'rules.duplicate_days') }}
        and (others.known_on is null or marked.known_on >= others.known_on)
        and (others.superseded_on is null or marked.known_on < others.superseded_on)
{%- endmacro %}

{#- A positive number to six places, half up: engines cast a double to a decimal each in its own way, and sums of
    decimals do not depend on the order of rows. -#}
{% macro six_places(number) -%}
    cast(
        cast(floor(({{ number }}) * 1000000 + 0.5) as decimal(30, 0)) * cast(0.000001 as decimal(7, 6))
        as decimal(18, 6)
    )
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

{#- How a value stands. A handful of accounts decides nothing: the value is shown without a verdict. -#}
{% macro scorecard_status(value, n, low, high, target) -%}
    case
        when {{ value }} is null then 'no_value'
        when {{ n }} < {{ setting('min_segment_accounts') }} then 'too_few'
        when {{ value }} >= {{ target }} then 'on_target'
        when {{ target }} is not null then 'below_target'
        when {{ value }} < {{ low }} then 'below_range'
        when {{ value }} > {{ high }} then 'above_range'
        when {{ low }} is not null or {{ high }} is not null then 'in_range'
        else 'no_mark'
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
