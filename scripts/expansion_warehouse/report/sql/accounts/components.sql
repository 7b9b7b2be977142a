select account_id, month, component, component_score, effective_weight, contribution, explanation
from fct_health_components
where month = (select max(month) from fct_health_components)
order by account_id, contribution desc nulls last, component
