with

account_mrr as (

    select * from {{ ref('int_account_mrr') }}
    where month = first_paid_month

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

-- The fiscal years in which a knowledge publishes: its own of a close, all of them of what is known now.
fiscal_years as (

    select
        published_months.knowledge_id,
        months.fiscal_year,
        max(months.month) as month
    from {{ ref('int_published_months') }} as published_months
    inner join {{ ref('int_months') }} as months on published_months.month = months.month
    group by published_months.knowledge_id, months.fiscal_year

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- The lines of the first paid month at the rates of that and every later fiscal year.
rated as (

    select
        account_mrr.knowledge_id,
        account_mrr.account_id,
        account_mrr.month as cohort_month,
        fiscal_years.fiscal_year,
        line_mrr.is_billed,
        line_mrr.mrr_native,
        {{ rate_columns('line_mrr.currency', 'budget_rates') }}
    from account_mrr
    inner join line_mrr
        on
            account_mrr.knowledge_id = line_mrr.knowledge_id
            and account_mrr.account_id = line_mrr.account_id
            and account_mrr.month = line_mrr.month
    inner join fiscal_years
        on
            account_mrr.knowledge_id = fiscal_years.knowledge_id
            and account_mrr.fiscal_year <= fiscal_years.fiscal_year
    left join budget_rates
        on
            account_mrr.knowledge_id = budget_rates.knowledge_id
            and line_mrr.currency = budget_rates.currency
            and fiscal_years.month between budget_rates.from_month and budget_rates.to_month

)

select
    rated.knowledge_id,
    rated.account_id,
    rated.cohort_month,
    rated.fiscal_year,
    cast(sum({{ billed_money('rated.mrr_native', 'rated.budget') }}) as decimal(18, 2)) as cohort_mrr
from rated
cross join reporting
group by rated.knowledge_id, rated.account_id, rated.cohort_month, rated.fiscal_year
