with

costs as (

    select * from {{ ref('stg_costs') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_months') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

rated as (

    select
        knowledge.knowledge_id,
        costs.cost_id,
        costs.kind,
        costs.channel,
        months.month,
        months.fiscal_year,
        costs.amount as amount_native,
        {{ rate_columns('costs.currency', 'budget_rates') }}
    from costs
    inner join knowledge on {{ is_known('costs', 'knowledge') }}
    inner join months
        on {{ month_start('costs.incurred_on') }} = months.month and knowledge.last_month >= months.month
    left join budget_rates
        on
            knowledge.knowledge_id = budget_rates.knowledge_id
            and costs.currency = budget_rates.currency
            and months.month between budget_rates.from_month and budget_rates.to_month

)

-- Without a rate nobody knows what it cost: `dq_oddities` names it.
select
    rated.knowledge_id,
    rated.cost_id,
    rated.kind,
    rated.channel,
    rated.month,
    rated.fiscal_year,
    {{ reporting_money('rated.amount_native', 'rated.budget') }} as amount
from rated
cross join reporting
where rated.budget_rate is not null
