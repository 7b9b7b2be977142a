{%- set money = [
    'opening_mrr', 'new_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'reactivation_mrr',
    'fx_mrr', 'merge_mrr', 'prior_period_mrr', 'segment_transfer_mrr', 'closing_mrr',
] -%}
{%- set counts = [
    'paying_accounts', 'new_accounts', 'churned_accounts', 'reactivated_accounts', 'paused_accounts',
    'resumed_accounts', 'expired_pause_accounts', 'prior_period_accounts', 'merged_accounts',
] -%}
with

bridge as (

    select * from {{ ref('int_segment_bridge') }}

),

summed as (

    select
        month,
        segment_type,
        segment,
        {% for column in money -%}
        cast(sum({{ column }}) as decimal(18, 2)) as {{ column }},
        {% endfor -%}
        {% for column in counts -%}
        cast(sum({{ column }}) as integer) as {{ column }},
        {% endfor -%}
        basis
    from bridge
    group by month, segment_type, segment, basis

)

select
    month,
    segment_type,
    segment,
    basis,
    {% for column in money + counts -%}
    {{ column }},
    {% endfor -%}
    {{ ratio('new_mrr + expansion_mrr + reactivation_mrr', 'abs(contraction_mrr + churn_mrr)') }} as quick_ratio
from summed
