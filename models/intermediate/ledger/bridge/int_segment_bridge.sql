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
        movements.opening_mrr + movements.prior_period_mrr as corrected_mrr
    from movements
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
        {% for class in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] -%}
        sum(case when movement = '{{ class }}' then delta else 0 end) as {{ class }}_mrr,
        {% endfor -%}
        sum(fx_mrr) as fx_mrr,
        sum(merge_mrr) as merge_mrr,
        sum(prior_period_mrr) as prior_period_mrr,
        -sum(closing_mrr) as segment_transfer_mrr,
        sum(case when movement = 'new' then 1 else 0 end) as new_accounts,
        sum(case when movement = 'churn' then 1 else 0 end) as churned_accounts,
        sum(case when movement = 'reactivation' then 1 else 0 end) as reactivated_accounts,
        sum(case when sub_movement = 'pause' then 1 else 0 end) as paused_accounts,
        sum(case when sub_movement = 'resume' then 1 else 0 end) as resumed_accounts,
        sum(case when sub_movement = 'pause_expired' then 1 else 0 end) as expired_pause_accounts,
        sum({{ paying_step('opening_mrr', 'corrected_mrr') }}) as prior_period_accounts,
        sum({{ paying_step('corrected_mrr + fx_mrr', 'corrected_mrr + fx_mrr + merge_mrr') }}) as merged_accounts,
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
        0 as opening_mrr,
        {% for class in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] -%}
        0 as {{ class }}_mrr,
        {% endfor -%}
        0 as fx_mrr,
        0 as merge_mrr,
        0 as prior_period_mrr,
        sum(closing_mrr) as segment_transfer_mrr,
        0 as new_accounts,
        0 as churned_accounts,
        0 as reactivated_accounts,
        0 as paused_accounts,
        0 as resumed_accounts,
        0 as expired_pause_accounts,
        0 as prior_period_accounts,
        0 as merged_accounts,
        sum(closing_mrr) as closing_mrr,
        count(*) as paying_accounts
    from assigned
    where closing_mrr <> 0
    group by basis, month, segment_type, closing_segment

)

select * from by_opening_segment
union all
select * from by_closing_segment
