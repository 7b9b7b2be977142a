with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

plans as (

    select * from {{ ref('int_plans') }}

),

-- A product shows the plan of its highest tier; equal tiers show the larger amount.
ranked as (

    select
        line_mrr.*,
        plans.tier_rank,
        row_number() over (
            partition by line_mrr.knowledge_id, line_mrr.account_id, line_mrr.product_id, line_mrr.month
            order by line_mrr.is_in_force desc, {{ plan_that_stands('plans', 'line_mrr') }}
        ) as plan_position
    from line_mrr
    left join plans on line_mrr.plan_id = plans.plan_id

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    max(case when plan_position = 1 then plan_id end) as plan_id,
    max(case when plan_position = 1 then tier_rank end) as tier_rank,
    max(case when plan_position = 1 then billing_unit end) as billing_unit,
    max(case when plan_position = 1 then billing_interval end) as billing_interval,
    max(case when plan_position = 1 then currency end) as currency,
    cast(sum(case when is_in_force then quantity else 0 end) as decimal(18, 4)) as quantity,
    cast(sum(mrr) as decimal(18, 2)) as mrr,
    cast(sum(mrr_next_year) as decimal(18, 2)) as mrr_next_year,
    cast(sum(gross_mrr) as decimal(18, 2)) as gross_mrr,
    cast(sum(mrr_spot) as decimal(18, 2)) as mrr_spot,
    cast(sum(arr) as decimal(20, 2)) as arr,
    max(case when is_paid_line then 1 else 0 end) = 1 as has_paid_line,
    max(case when is_in_force then 1 else 0 end) = 1 as is_in_force,
    max(case when is_paused and is_in_force then 1 else 0 end) = 1 as is_paused,
    max(case when is_gap_filled and mrr > 0 then 1 else 0 end) = 1 as is_gap_filled
from ranked
group by knowledge_id, account_id, product_id, month
