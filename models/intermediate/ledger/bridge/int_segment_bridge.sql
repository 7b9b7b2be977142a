{%- set classes = ['new', 'expansion', 'contraction', 'churn', 'reactivation'] -%}
{%- set flows = ['opening'] + classes + ['fx', 'merge', 'prior_period'] -%}
{%- set counts = [
    'new_accounts', 'churned_accounts', 'reactivated_accounts', 'paused_accounts', 'resumed_accounts',
    'expired_pause_accounts', 'prior_period_accounts', 'merged_accounts', 'transferred_in_accounts',
    'transferred_out_accounts',
] -%}
with

movements as (

    select * from {{ ref('int_unsealed_movements') }}

),

segments as (

    select * from {{ ref('int_movement_segments') }}

),

assigned as (

    select
        movements.*,
        segments.segment_type,
        segments.opening_segment,
        segments.closing_segment,
        {% for flow in flows + ['rounding', 'closing'] -%}
        coalesce(arr_movements.{{ flow }}_arr, 0) as {{ flow }}_arr,
        {% endfor -%}
        movements.opening_mrr + movements.prior_period_mrr as corrected_mrr,
        movements.opening_mrr + movements.prior_period_mrr + movements.fx_mrr as revalued_mrr,
        movements.opening_mrr + movements.prior_period_mrr + movements.fx_mrr + movements.merge_mrr
        - movements.transfer_mrr as merged_mrr
    from movements
    left join {{ ref('int_arr_movements') }} as arr_movements
        on
            movements.basis = arr_movements.basis
            and movements.account_id = arr_movements.account_id
            and movements.month = arr_movements.month
    inner join segments
        on
            movements.knowledge_id = segments.knowledge_id
            and movements.account_id = segments.account_id
            and movements.month = segments.month

),

by_opening_segment as (

    select
        basis,
        month,
        segment_type,
        opening_segment as segment,
        sum(opening_mrr) as opening_mrr,
        {% for class in classes -%}
        sum(case when movement = '{{ class }}' then delta else 0 end) as {{ class }}_mrr,
        {% endfor -%}
        sum(fx_mrr) as fx_mrr,
        sum(merge_mrr) as merge_mrr,
        sum(prior_period_mrr) as prior_period_mrr,
        -sum(closing_mrr) as segment_transfer_mrr,
        {% for flow in flows + ['rounding'] -%}
        sum({{ flow }}_arr) as {{ flow }}_arr,
        {% endfor -%}
        -sum(closing_arr) as segment_transfer_arr,
        0 as closing_arr,
        sum(case when movement = 'new' then 1 else 0 end) as new_accounts,
        sum(case when movement = 'churn' then 1 else 0 end) as churned_accounts,
        sum(case when movement = 'reactivation' then 1 else 0 end) as reactivated_accounts,
        sum(case when sub_movement = 'pause' then 1 else 0 end) as paused_accounts,
        sum(case when movement = 'expansion' and sub_movement = 'resume' then 1 else 0 end) as resumed_accounts,
        sum(case when sub_movement = 'pause_expired' then 1 else 0 end) as expired_pause_accounts,
        sum({{ paying_step('opening_mrr', 'corrected_mrr') }}) as prior_period_accounts,
        sum({{ paying_step('revalued_mrr', 'merged_mrr') }}) as merged_accounts,
        sum(case when {{ transfer_step() }} > 0 then 1 else 0 end) as transferred_in_accounts,
        sum(case when {{ transfer_step() }} < 0 then 1 else 0 end) as transferred_out_accounts,
        0 as closing_mrr,
        0 as paying_accounts
    from assigned
    where opening_mrr <> 0 or closing_mrr <> 0 or movement = 'churn' or prior_period_mrr <> 0 or merge_mrr <> 0
    group by basis, month, segment_type, opening_segment

),

by_closing_segment as (

    select
        basis,
        month,
        segment_type,
        closing_segment as segment,
        {% for flow in flows -%}
        0 as {{ flow }}_mrr,
        {% endfor -%}
        sum(closing_mrr) as segment_transfer_mrr,
        {% for flow in flows + ['rounding'] -%}
        0 as {{ flow }}_arr,
        {% endfor -%}
        sum(closing_arr) as segment_transfer_arr,
        sum(closing_arr) as closing_arr,
        {% for column in counts -%}
        0 as {{ column }},
        {% endfor -%}
        sum(closing_mrr) as closing_mrr,
        count(*) as paying_accounts
    from assigned
    where closing_mrr <> 0
    group by basis, month, segment_type, closing_segment

)

select * from by_opening_segment
union all
select * from by_closing_segment
