{#- CTE bodies that count which items lie in one basket. `baskets` has columns month, account_id and the item, once
    each. Ends in CTE `counted_pairs`: month, antecedent, consequent, and the numbers of baskets `n`,
    `n_antecedent`, `n_consequent` and `n_both`, for ordered pairs that lie in at least one basket together. -#}
{% macro count_pairs(baskets, item) -%}
    basket_counts as (

        select
            month,
            cast(count(distinct account_id) as integer) as n
        from {{ baskets }}
        group by month

    ),

    item_counts as (

        select
            month,
            {{ item }} as item,
            cast(count(*) as integer) as n
        from {{ baskets }}
        group by month, {{ item }}

    ),

    pair_counts as (

        select
            held.month,
            held.{{ item }} as antecedent,
            also_held.{{ item }} as consequent,
            cast(count(*) as integer) as n_both
        from {{ baskets }} as held
        inner join {{ baskets }} as also_held
            on
                held.month = also_held.month
                and held.account_id = also_held.account_id
                and held.{{ item }} <> also_held.{{ item }}
        group by held.month, held.{{ item }}, also_held.{{ item }}

    ),

    counted_pairs as (

        select
            pair_counts.month,
            pair_counts.antecedent,
            pair_counts.consequent,
            basket_counts.n,
            antecedents.n as n_antecedent,
            consequents.n as n_consequent,
            pair_counts.n_both
        from pair_counts
        inner join basket_counts on pair_counts.month = basket_counts.month
        inner join item_counts as antecedents
            on pair_counts.month = antecedents.month and pair_counts.antecedent = antecedents.item
        inner join item_counts as consequents
            on pair_counts.month = consequents.month and pair_counts.consequent = consequents.item

    )
{%- endmacro %}

{#- part / whole at or above a rule's fraction, in whole numbers. -#}
{% macro reaches_rule(part, whole, rule) -%}
    cast({{ part }} as bigint) * {{ rule }}_denominator >= cast({{ whole }} as bigint) * {{ rule }}_numerator
{%- endmacro %}

{#- Two items belong together. -#}
{% macro is_affinity_rule(pair, rules) -%}
    {{ reaches_rule(pair ~ '.n', '1', rules ~ '.min_accounts') }}
    and {{ reaches_rule(pair ~ '.n_both', '1', rules ~ '.min_both') }}
    and {{ reaches_rule(pair ~ '.n_both', pair ~ '.n', rules ~ '.min_support') }}
    and {{ reaches_rule(pair ~ '.n_both', pair ~ '.n_antecedent', rules ~ '.min_confidence') }}
    and {{ pair }}.confidence_low * {{ pair }}.n * {{ rules }}.lift_floor_denominator
    > {{ pair }}.n_consequent * {{ rules }}.lift_floor_numerator
{%- endmacro %}
