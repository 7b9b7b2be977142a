{#- The one net class of an account's month, from its opening and closing MRR at one rate; first match wins.
    A pause that outlives its limit is churn of the logo, with an amount of 0: the money went when it began.
    The opening is that after transfers: who gave the last line away has not left, and a line that rests resumes with
    whoever took it over.
    Needs has_paid_before, was_in_force (a paid line at every month-end since the last payment), is_in_force
    (at this month-end), has_given and has_received (a line to or from another account). -#}
{% macro movement_class(opening, closing) -%}
    case
        when {{ opening }} = 0 and {{ closing }} > 0 and has_received then 'expansion'
        when {{ opening }} = 0 and {{ closing }} > 0 and not has_paid_before then 'new'
        when {{ opening }} = 0 and {{ closing }} > 0 and was_in_force then 'expansion'
        when {{ opening }} = 0 and {{ closing }} > 0 then 'reactivation'
        when {{ opening }} > 0 and {{ closing }} = 0 and is_in_force then 'contraction'
        when {{ opening }} > 0 and {{ closing }} = 0 then 'churn'
        when {{ closing }} > {{ opening }} then 'expansion'
        when {{ closing }} < {{ opening }} then 'contraction'
        when {{ closing }} = 0 and has_paid_before and was_in_force and not is_in_force and not has_given then 'churn'
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
    twelve places before it is rounded; beyond 10^19 units of money times quantity, which only slips reach, near enough. NULL where the product opened without units. -#}
{% macro volume_effect(opening) -%}
    {%- set units = exact_integer('(closing_quantity - opening_quantity)', '1000000') -%}
    {%- set money = exact_integer(opening, '1000') ~ ' * 1000000000' -%}
    {%- set base = exact_integer('nullif(opening_quantity, 0)', '1000000') -%}
    case
        when cast({{ opening }} as double) * cast(opening_quantity as double) < 1e19
            then round({{ decimal_from_units(multiply_divide('(' ~ units ~ ')', money, base) ~ ' * 1000000') }}, 12)
        else cast({{ ratio(opening, 'opening_quantity') }} * cast(closing_quantity - opening_quantity as double) as decimal(38, 12))
    end
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

{#- Two relations speak of the same retention window. -#}
{% macro same_window(left, right) -%}
    {% for column in ['knowledge_id', 'retention_window', 'month'] -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Points of the company's NRR that an account moved: over all accounts of the window they add up to NRR - 1. -#}
{% macro nrr_points(account) -%}
    {%- set cohort = account ~ '.basis, ' ~ account ~ '.month, ' ~ account ~ '.retention_window' -%}
    {{ ratio(
        account ~ '.closing_mrr - ' ~ account ~ '.opening_mrr',
        'sum(' ~ account ~ '.opening_mrr) over (partition by ' ~ cohort ~ ')'
    ) }}
{%- endmacro %}

{#- The part of a move that falls to one of several products, in coins: what the running total reaches of it with this
    product, less what it had reached before, each rounded, so that the parts add up. -#}
{% macro part_of_move(moved, part, reached, total) -%}
    case
            when {{ part }} > 0 then
                {{ multiply_divide(moved, reached, total) }}
                - {{ multiply_divide(moved, '(' ~ reached ~ ' - ' ~ part ~ ')', total) }}
            else 0
        end
{%- endmacro %}
