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

periods as (

    select
        rate_period,
        max(month) as month
    from {{ ref('int_rate_periods') }}
    group by rate_period

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- The lines of the first paid month at the rates of that month and at all that came after them.
rated as (

    select
        account_mrr.account_id,
        account_mrr.month as cohort_month,
        periods.rate_period,
        line_mrr.is_billed,
        line_mrr.mrr_native,
        {{ rate_columns('line_mrr.currency', 'budget_rates') }}
    from account_mrr
    inner join line_mrr
        on account_mrr.account_id = line_mrr.account_id and account_mrr.month = line_mrr.month
    inner join periods on account_mrr.rate_period <= periods.rate_period
    left join budget_rates
        on
            line_mrr.currency = budget_rates.currency
            and periods.month between budget_rates.from_month and budget_rates.to_month

)

select
    rated.account_id,
    rated.cohort_month,
    rated.rate_period,
    cast(sum({{ billed_money('rated.mrr_native', 'rated.budget') }}) as decimal(18, 2)) as cohort_mrr
from rated
cross join reporting
group by rated.account_id, rated.cohort_month, rated.rate_period
