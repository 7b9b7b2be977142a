{%- set window_columns = ['knowledge_id', 'account_id', 'retention_window', 'opening_month', 'month', 'fiscal_year'] -%}
{%- set flow_columns = ['expansion_mrr', 'contraction_mrr', 'churn_mrr', 'returned_mrr'] -%}
with

movements as (

    select * from {{ ref('int_account_movements') }}

),

spans as (

    select * from {{ ref('int_retention_spans') }}

),

transferred as (

    select * from {{ ref('int_transferred_retention') }}

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
    left join transferred
        on opening.account_id = transferred.account_id and {{ same_window('spans', 'transferred') }}
    where opening.closing_mrr > 0 and transferred.account_id is null

),

flows as (

    select
        {{ prefixed('cohorts', ['knowledge_id', 'account_id', 'retention_window', 'month']) }},
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

),

-- Where lines changed their owner inside a window, both ends are those of the owner at its end.
followed as (

    select
        {{ prefixed('cohorts', window_columns) }},
        cohorts.opening_month as segment_month,
        cohorts.opening_mrr,
        {{ prefixed('summed', flow_columns) }},
        closing.closing_mrr,
        closing.is_in_force
    from cohorts
    inner join summed on cohorts.account_id = summed.account_id and {{ same_window('cohorts', 'summed') }}
    inner join movements as closing
        on
            cohorts.knowledge_id = closing.knowledge_id
            and cohorts.account_id = closing.account_id
            and cohorts.month = closing.month
    union all
    select
        {{ prefixed('transferred', window_columns) }},
        transferred.segment_month,
        transferred.opening_mrr,
        {{ prefixed('transferred', flow_columns) }},
        transferred.closing_mrr,
        transferred.is_in_force
    from transferred
    where transferred.opening_mrr > 0

)

select
    {{ window_columns | join(',\n    ') }},
    segment_month,
    opening_mrr,
    {% for column in flow_columns -%}
    cast({{ column }} as decimal(18, 2)) as {{ column }},
    {% endfor -%}
    closing_mrr,
    cast(least(opening_mrr, closing_mrr) as decimal(18, 2)) as kept_mrr,
    cast(greatest(0, opening_mrr + contraction_mrr + churn_mrr) as decimal(18, 2)) as kept_flow_mrr,
    closing_mrr > 0 or is_in_force as is_retained
from followed
