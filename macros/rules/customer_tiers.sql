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
{% macro customer_tier() -%}
    case
        when is_best_by_billings or is_best_by_membership then 'best'
        when is_dormant_by_purchase then 'dormant'
        when
            is_potential_by_interest
            or is_potential_by_trial
            or is_potential_by_plan
            then 'potential'
        else 'other'
    end
{%- endmacro %}
