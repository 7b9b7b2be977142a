-- Every step of the company's bridge is the sum of its accounts' movements, in every month of either side.
{%- set steps = [
    'opening_mrr', 'new_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'reactivation_mrr', 'fx_mrr', 'merge_mrr',
    'prior_period_mrr', 'closing_mrr',
] %}
with

movements as (

    select
        month,
        {% for step in steps -%}
        sum({{ step }}) as {{ step }},
        {% endfor -%}
        basis
    from {{ ref('fct_mrr_movements') }}
    group by month, basis

),

bridge as (

    select * from {{ ref('kpi_mrr_bridge') }}
    where segment_type = 'all'

)

select
    coalesce(bridge.month, movements.month) as month,
    coalesce(bridge.basis, movements.basis) as basis,
    bridge.closing_mrr as bridge_closing_mrr,
    movements.closing_mrr as movements_closing_mrr
from bridge
full outer join movements on bridge.month = movements.month and bridge.basis = movements.basis
where
    coalesce(bridge.opening_mrr, 0) <> coalesce(movements.opening_mrr, 0)
    {% for step in steps[1:] -%}
    or coalesce(bridge.{{ step }}, 0) <> coalesce(movements.{{ step }}, 0)
    {% endfor %}
