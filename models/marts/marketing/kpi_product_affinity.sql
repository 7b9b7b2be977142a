with

affinity as (

    select * from {{ ref('int_product_affinity') }}
    where month in (select months.month from {{ ref('int_months') }} as months)

)

select
    month,
    antecedent,
    consequent,
    n,
    n_antecedent,
    n_consequent,
    n_both,
    expected_both,
    support,
    confidence,
    confidence_low,
    lift,
    is_rule
from affinity
