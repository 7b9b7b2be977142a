with

baskets as (

    select * from {{ ref('int_product_baskets') }}

),

available as (

    select * from {{ ref('int_available_products') }}

),

prerequisites as (

    select * from {{ ref('int_product_prerequisites') }}

),

rules as (

    {{ rules_as_columns('affinity_rules', [
        'min_accounts', 'min_both', 'min_support', 'min_confidence', 'lift_floor', 'wilson_z',
    ], exact=true) }}

),

{{ count_pairs('baskets', 'product_id') }},

-- Nobody is offered what is not sold yet, or what has a successor already. What is packed together, in whichever
-- direction, says nothing about taste.
free_pairs as (

    select pairs.*
    from counted_pairs as pairs
    inner join available as antecedents
        on pairs.month = antecedents.month and pairs.antecedent = antecedents.product_id
    inner join available as consequents
        on pairs.month = consequents.month and pairs.consequent = consequents.product_id
    left join prerequisites as needed
        on pairs.antecedent = needed.product_id and pairs.consequent = needed.prerequisite_id
    left join prerequisites as needing
        on pairs.consequent = needing.product_id and pairs.antecedent = needing.prerequisite_id
    where
        not consequents.is_replaced
        and needed.product_id is null
        and needing.product_id is null
        and coalesce(antecedents.successor_product_id, '') <> pairs.consequent

),

measured as (

    select
        free_pairs.*,
        {{ wilson_low(
            'free_pairs.n_both', 'free_pairs.n_antecedent',
            ratio('rules.wilson_z_numerator', 'rules.wilson_z_denominator')
        ) }} as confidence_low
    from free_pairs
    cross join rules

)

select
    measured.month,
    measured.antecedent,
    measured.consequent,
    measured.n,
    measured.n_antecedent,
    measured.n_consequent,
    measured.n_both,
    {{ ratio('cast(measured.n_antecedent as bigint) * measured.n_consequent', 'measured.n') }} as expected_both,
    {{ ratio('measured.n_both', 'measured.n') }} as support,
    {{ ratio('measured.n_both', 'measured.n_antecedent') }} as confidence,
    measured.confidence_low,
    {{ ratio(
        'cast(measured.n_both as bigint) * measured.n', 'cast(measured.n_antecedent as bigint) * measured.n_consequent'
    ) }} as lift,
    {{ is_affinity_rule('measured', 'rules') }} as is_rule
from measured
cross join rules
