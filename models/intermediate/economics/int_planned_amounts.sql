with

budgets as (

    select * from {{ ref('stg_budgets') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- A plan as the basis of the month knows it. A loss is negative, whichever way it was written.
known as (

    select
        published_months.basis,
        published_months.month,
        budgets.metric,
        budgets.segment_type,
        budgets.segment,
        budgets.metric not in ('paying_accounts', 'nrr_12m') as is_money,
        case when budgets.metric in ('contraction_mrr', 'churn_mrr') then -abs(budgets.amount) else budgets.amount end
            as amount,
        {{ rate_columns("coalesce(budgets.currency, '" ~ setting('reporting_currency') ~ "')", 'budget_rates') }}
    from budgets
    inner join published_months on budgets.month = published_months.month
    inner join knowledge
        on published_months.knowledge_id = knowledge.knowledge_id and {{ is_known('budgets', 'knowledge') }}
    left join budget_rates
        on
            knowledge.knowledge_id = budget_rates.knowledge_id
            and budgets.currency = budget_rates.currency
            and budgets.month between budget_rates.from_month and budget_rates.to_month

)

select
    known.basis,
    known.month,
    known.metric,
    known.segment_type,
    known.segment,
    cast(case
        when known.is_money then {{ reporting_money('known.amount', 'known.budget') }}
        else known.amount
    end as decimal(22, 6)) as amount
from known
cross join reporting
