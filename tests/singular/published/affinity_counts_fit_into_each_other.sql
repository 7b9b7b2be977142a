-- Both products are held by no more accounts than either, and either by no more than all.
select
    month,
    antecedent,
    consequent,
    n,
    n_antecedent,
    n_consequent,
    n_both
from {{ ref('kpi_product_affinity') }}
where n_both > least(n_antecedent, n_consequent) or greatest(n_antecedent, n_consequent) > n
