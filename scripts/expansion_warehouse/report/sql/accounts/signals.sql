-- What is known of tickets and surveys at each month-end: the scores of these two components.
select account_id, month, component, component_score, raw_value
from fct_health_components
where component in ('support_burden', 'nps') and situation = 'scored'
order by account_id, month, component
