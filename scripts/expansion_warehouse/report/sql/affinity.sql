select
    antecedent, consequent, n, n_antecedent, n_consequent, n_both, expected_both, confidence, confidence_low,
    lift, is_rule
from kpi_product_affinity
where month = (select max(month) from kpi_product_affinity)
order by antecedent, consequent
