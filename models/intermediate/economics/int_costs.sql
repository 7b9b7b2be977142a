with

costs as (

    select * from {{ ref('stg_costs') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where knowledge_id = 'restated'

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
        costs.cost_id,
        costs.kind,
        costs.channel,
        months.month,
        months.fiscal_year,
        costs.amount as amount_native,
        {{ rate_to_reporting('costs.currency', 'budget_rates.rate') }} as budget_rate
    from costs
    inner join knowledge on {{ is_known('costs', 'knowledge') }}
    inner join months on {{ month_start('costs.incurred_on') }} = months.month
    left join budget_rates
        on
            knowledge.knowledge_id = budget_rates.knowledge_id
            and costs.currency = budget_rates.currency
            and months.fiscal_year = budget_rates.fiscal_year

)

select
    rated.cost_id,
    rated.kind,
    rated.channel,
    rated.month,
    rated.fiscal_year,
    {{ reporting_money('rated.amount_native', 'rated.budget_rate') }} as amount
from rated
cross join reporting
