with

account_mrr as (

    select * from {{ ref('int_account_mrr') }}
    where knowledge_id = 'restated' and month = first_paid_month

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where knowledge_id = 'restated'

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

),

fiscal_years as (

    select distinct fiscal_year from {{ ref('int_months') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- The lines of the first paid month at the rates of that and every later fiscal year. A currency that is not billed
-- any more may have no rate then, and keeps its own.
rated as (

    select
        account_mrr.account_id,
        account_mrr.month as cohort_month,
        fiscal_years.fiscal_year,
        line_mrr.is_billed,
        line_mrr.mrr_native,
        {{ rate_to_reporting('line_mrr.currency', 'coalesce(budget_rates.rate, line_mrr.budget_rate)') }} as budget_rate
    from account_mrr
    inner join line_mrr
        on account_mrr.account_id = line_mrr.account_id and account_mrr.month = line_mrr.month
    inner join fiscal_years on account_mrr.fiscal_year <= fiscal_years.fiscal_year
    left join budget_rates
        on line_mrr.currency = budget_rates.currency and fiscal_years.fiscal_year = budget_rates.fiscal_year

)

select
    rated.account_id,
    rated.cohort_month,
    rated.fiscal_year,
    cast(sum({{ billed_money('rated.mrr_native', 'rated.budget_rate') }}) as decimal(18, 2)) as cohort_mrr
from rated
cross join reporting
group by rated.account_id, rated.cohort_month, rated.fiscal_year
