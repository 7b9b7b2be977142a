{#- The one net class of an account's month, from its opening and closing MRR at one rate; first match wins.
    A pause that outlives its limit is churn of the logo, with an amount of 0: the money went when it began.
    Needs has_paid_before, was_in_force (a paid line at every month-end since the last payment) and is_in_force
    (at this month-end). -#}
{% macro movement_class(opening, closing) -%}
    case
        when {{ opening }} = 0 and {{ closing }} > 0 and not has_paid_before then 'new'
        when {{ opening }} = 0 and {{ closing }} > 0 and was_in_force then 'expansion'
        when {{ opening }} = 0 and {{ closing }} > 0 then 'reactivation'
        when {{ opening }} > 0 and {{ closing }} = 0 and is_in_force then 'contraction'
        when {{ opening }} > 0 and {{ closing }} = 0 then 'churn'
        when {{ closing }} > {{ opening }} then 'expansion'
        when {{ closing }} < {{ opening }} then 'contraction'
        when {{ closing }} = 0 and has_paid_before and was_in_force and not is_in_force then 'churn'
        else 'flat'
    end
{%- endmacro %}

{#- At another year's rate a mixed-currency account may grow where it shrank: the amount decides. -#}
{% macro is_gain_in_place() -%}
    (movement in ('expansion', 'contraction', 'flat') and amount > 0)
{%- endmacro %}

{% macro is_loss_in_place() -%}
    (movement in ('expansion', 'contraction', 'flat') and amount < 0)
{%- endmacro %}

{#- Units gained or lost at the old price per unit: opening MRR x change in quantity / opening quantity, exact to
    twelve places before it is rounded. NULL where the product opened without units. -#}
{% macro volume_effect(opening) -%}
    {%- set units = exact_integer('(closing_quantity - opening_quantity)', '10000') -%}
    {%- set money = exact_integer(opening, '100') ~ ' * 10000000000' -%}
    {%- set base = exact_integer('nullif(opening_quantity, 0)', '10000') -%}
    round({{ decimal_from_units(multiply_divide('(' ~ units ~ ')', money, base) ~ ' * 1000000') }}, 12)
{%- endmacro %}

{#- Which movement late news would have been, had it been known in time; NULL without news. -#}
{% macro prior_period_origin() -%}
    case
        when coalesce(opened.prior_period_mrr, 0) = 0 then null
        when opened.opening_mrr = 0 and earlier.account_id is null then 'new'
        when opened.opening_mrr = 0 then 'reactivation'
        when opened.opening_mrr + opened.prior_period_mrr = 0 then 'churn'
        when opened.prior_period_mrr > 0 then 'expansion'
        else 'contraction'
    end
{%- endmacro %}

{#- +1 where an amount makes an account pay, -1 where it stops. -#}
{% macro paying_step(before, after) -%}
    case when {{ after }} > 0 then 1 else 0 end - case when {{ before }} > 0 then 1 else 0 end
{%- endmacro %}
