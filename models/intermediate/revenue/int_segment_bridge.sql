with

movements as (

    select * from {{ ref('int_account_movements') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}

),

assigned as (

    select
        movements.*,
        segments.segment_type,
        segments.opening_segment,
        segments.closing_segment
    from movements
    inner join segments
        on
            movements.knowledge_id = segments.knowledge_id
            and movements.account_id = segments.account_id
            and movements.month = segments.month

),

by_opening_segment as (

    select
        knowledge_id,
        month,
        segment_type,
        opening_segment as segment,
        sum(opening_mrr) as opening_mrr,
        {% for class in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] -%}
        sum(case when movement = '{{ class }}' then delta else 0 end) as {{ class }}_mrr,
        {% endfor -%}
        sum(fx_mrr) as fx_mrr,
        -sum(closing_mrr) as segment_transfer_mrr,
        sum(case when movement = 'new' then 1 else 0 end) as new_accounts,
        sum(case when movement = 'churn' then 1 else 0 end) as churned_accounts,
        sum(case when movement = 'reactivation' then 1 else 0 end) as reactivated_accounts,
        sum(case when sub_movement = 'pause' then 1 else 0 end) as paused_accounts,
        sum(case when sub_movement = 'resume' then 1 else 0 end) as resumed_accounts,
        0 as closing_mrr,
        0 as paying_accounts
    from assigned
    where opening_mrr <> 0 or closing_mrr <> 0 or movement = 'churn'
    group by knowledge_id, month, segment_type, opening_segment

),

by_closing_segment as (

    select
        knowledge_id,
        month,
        segment_type,
        closing_segment as segment,
        0 as opening_mrr,
        {% for class in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] -%}
        0 as {{ class }}_mrr,
        {% endfor -%}
        0 as fx_mrr,
        sum(closing_mrr) as segment_transfer_mrr,
        0 as new_accounts,
        0 as churned_accounts,
        0 as reactivated_accounts,
        0 as paused_accounts,
        0 as resumed_accounts,
        sum(closing_mrr) as closing_mrr,
        sum(case when closing_mrr > 0 then 1 else 0 end) as paying_accounts
    from assigned
    where closing_mrr <> 0
    group by knowledge_id, month, segment_type, closing_segment

)

select * from by_opening_segment
union all
select * from by_closing_segment
