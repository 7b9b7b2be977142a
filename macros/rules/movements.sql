{#- The one net class of an account's month, from its opening and closing MRR at one rate; first match wins.
    Needs has_paid_before, was_in_force (a paid line at the last month-end) and is_in_force (at this one). -#}
{% macro movement_class(opening, closing) -%}
    case
        when {{ opening }} = 0 and {{ closing }} > 0 and not has_paid_before then 'new'
        when {{ opening }} = 0 and {{ closing }} > 0 and was_in_force then 'expansion'
        when {{ opening }} = 0 and {{ closing }} > 0 then 'reactivation'
        when {{ opening }} > 0 and {{ closing }} = 0 and is_in_force then 'contraction'
        when {{ opening }} > 0 and {{ closing }} = 0 then 'churn'
        when {{ closing }} > {{ opening }} then 'expansion'
        when {{ closing }} < {{ opening }} then 'contraction'
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
