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

published_months as (

    select * from {{ ref('int_published_months') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- The lines of the first paid month at the rates of that and every later month that the knowledge publishes: a
-- currency may give way to another inside a fiscal year.
rated as (

    select
        account_mrr.knowledge_id,
        account_mrr.account_id,
        account_mrr.month as cohort_month,
        published_months.month,
        line_mrr.is_billed,
        line_mrr.mrr_native,
        {{ rate_columns('line_mrr.currency', 'budget_rates') }}
    from account_mrr
    inner join line_mrr
        on
            account_mrr.knowledge_id = line_mrr.knowledge_id
            and account_mrr.account_id = line_mrr.account_id
            and account_mrr.month = line_mrr.month
    inner join published_months
        on
            account_mrr.knowledge_id = published_months.knowledge_id
            and account_mrr.month <= published_months.month
    left join budget_rates
        on
            account_mrr.knowledge_id = budget_rates.knowledge_id
            and line_mrr.currency = budget_rates.currency
            and published_months.month between budget_rates.from_month and budget_rates.to_month

)

select
    rated.knowledge_id,
    rated.account_id,
    rated.cohort_month,
    rated.month,
    cast(sum({{ billed_money('rated.mrr_native', 'rated.budget') }}) as decimal(19, 3)) as cohort_mrr
from rated
cross join reporting
group by rated.knowledge_id, rated.account_id, rated.cohort_month, rated.month
