{#- Rules of `customer_tier_rules.csv` as columns. -#}
{% macro customer_tier_rule_columns() -%}
    {%- for rule in [
        'best_share', 'dormant_months', 'web_dormant_months', 'mail_dormant_days', 'interest_days',
        'interest_page_views', 'potential_tenure_months', 'active_days_quantile',
    ] -%}
    max(case when rule = '{{ rule }}' then value end) as {{ rule }},
    {% endfor -%}
    count(*) as rules
{%- endmacro %}

{#- Among the best by amount: ties at the cut stay in, and there is always a first. -#}
{% macro is_among_best(billings_rank, ranked_accounts, best_share) -%}
    {{ billings_rank }} <= greatest(1, floor({{ best_share }} * {{ ranked_accounts }}))
{%- endmacro %}

{#- Nothing happened for whole months: the day itself moved by them has come. -#}
{% macro is_silent_for_months(last_on, months, as_of) -%}
    {{ add_months(last_on, months) }} <= {{ as_of }}
{%- endmacro %}

{#- The tier of a customer, first match wins. A best customer who opens no mail is not dormant: only the purchase
    rule makes dormant. Unknown flags count for nothing. -#}
{% macro customer_tier(facts) -%}
    case
        when {{ facts }}.is_best_by_billings or {{ facts }}.is_best_by_membership then 'best'
        when {{ facts }}.is_dormant_by_purchase then 'dormant'
        when
            {{ facts }}.is_potential_by_interest
            or {{ facts }}.is_potential_by_trial
            or {{ facts }}.is_potential_by_plan
            then 'potential'
        else 'other'
    end
{%- endmacro %}
