{%- set money = [
    'opening_mrr', 'new_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'reactivation_mrr',
    'fx_mrr', 'merge_mrr', 'prior_period_mrr', 'segment_transfer_mrr', 'closing_mrr',
] -%}
{%- set arr = [
    'opening_arr', 'new_arr', 'expansion_arr', 'contraction_arr', 'churn_arr', 'reactivation_arr', 'fx_arr',
    'merge_arr', 'prior_period_arr', 'rounding_arr', 'segment_transfer_arr', 'closing_arr',
] -%}
{%- set counts = [
    'paying_accounts', 'new_accounts', 'churned_accounts', 'reactivated_accounts', 'paused_accounts',
    'resumed_accounts', 'expired_pause_accounts', 'prior_period_accounts', 'merged_accounts',
    'transferred_in_accounts', 'transferred_out_accounts',
] -%}
with

bridge as (

    select * from {{ ref('int_segment_bridge') }}

),

months as (

    select * from {{ ref('int_months') }}

),

summed as (

    select
        month,
        segment_type,
        segment,
        {% for column in money -%}
        cast(sum({{ column }}) as decimal(19, 3)) as {{ column }},
        {% endfor -%}
        {% for column in arr -%}
        cast(sum({{ column }}) as decimal(21, 3)) as {{ column }},
        {% endfor -%}
        {% for column in counts -%}
        cast(sum({{ column }}) as integer) as {{ column }},
        {% endfor -%}
        basis
    from bridge
    group by month, segment_type, segment, basis

),

idle as (

    {{ idle_months('summed', ['basis']) }}

),

-- A month in which nothing was held is a month of zeros.
complete as (

    select * from summed
    union all
    select
        month,
        segment_type,
        segment,
        {% for column in money + arr + counts -%}
        0 as {{ column }},
        {% endfor -%}
        basis
    from idle

)

select
    month,
    segment_type,
    segment,
    basis,
    {% for column in money + arr + counts -%}
    {{ column }},
    {% endfor -%}
    {{ ratio('new_mrr + expansion_mrr + reactivation_mrr', 'abs(contraction_mrr + churn_mrr)') }} as quick_ratio
from complete
