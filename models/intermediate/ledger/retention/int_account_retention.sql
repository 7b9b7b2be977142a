with

movements as (

    select * from {{ ref('int_account_movements') }}

),

spans as (

    select * from {{ ref('int_retention_spans') }}

),

-- Both ends of a window at the rate of its closing month's fiscal year.
cohorts as (

    select
        opening.knowledge_id,
        opening.account_id,
        spans.retention_window,
        spans.opening_month,
        spans.month,
        spans.fiscal_year,
        case
            when opening.fiscal_year = spans.fiscal_year then opening.closing_mrr else opening.closing_at_next_rate
        end as opening_mrr
    from movements as opening
    inner join spans on opening.knowledge_id = spans.knowledge_id and opening.month = spans.opening_month
    where opening.closing_mrr > 0

),

flows as (

    select
        cohorts.knowledge_id,
        cohorts.account_id,
        cohorts.retention_window,
        cohorts.month,
        movements.movement,
        case
            when movements.fiscal_year = cohorts.fiscal_year then movements.delta else movements.delta_at_next_rate
        end as amount
    from cohorts
    inner join movements
        on
            cohorts.knowledge_id = movements.knowledge_id
            and cohorts.account_id = movements.account_id
            and cohorts.opening_month < movements.month
            and cohorts.month >= movements.month

),

summed as (

    select
        knowledge_id,
        account_id,
        retention_window,
        month,
        sum(case when {{ is_gain_in_place() }} then amount else 0 end) as expansion_mrr,
        sum(case when {{ is_loss_in_place() }} then amount else 0 end) as contraction_mrr,
        sum(case when movement = 'churn' then amount else 0 end) as churn_mrr,
        sum(case when movement = 'reactivation' then amount else 0 end) as returned_mrr
    from flows
    group by knowledge_id, account_id, retention_window, month

)

select
    cohorts.knowledge_id,
    cohorts.account_id,
    cohorts.retention_window,
    cohorts.opening_month,
    cohorts.month,
    cohorts.fiscal_year,
    cohorts.opening_mrr,
    cast(summed.expansion_mrr as decimal(18, 2)) as expansion_mrr,
    cast(summed.contraction_mrr as decimal(18, 2)) as contraction_mrr,
    cast(summed.churn_mrr as decimal(18, 2)) as churn_mrr,
    cast(summed.returned_mrr as decimal(18, 2)) as returned_mrr,
    closing.closing_mrr,
    cast(least(cohorts.opening_mrr, closing.closing_mrr) as decimal(18, 2)) as kept_mrr,
    cast(greatest(
        0, cohorts.opening_mrr + summed.contraction_mrr + summed.churn_mrr
    ) as decimal(18, 2)) as kept_flow_mrr,
    closing.closing_mrr > 0 or closing.is_in_force as is_retained
from cohorts
inner join summed
    on
        cohorts.knowledge_id = summed.knowledge_id
        and cohorts.account_id = summed.account_id
        and cohorts.retention_window = summed.retention_window
        and cohorts.month = summed.month
inner join movements as closing
    on
        cohorts.knowledge_id = closing.knowledge_id
        and cohorts.account_id = closing.account_id
        and cohorts.month = closing.month
