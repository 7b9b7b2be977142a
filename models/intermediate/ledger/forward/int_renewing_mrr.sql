with

term_renewals as (

    select * from {{ ref('int_term_renewals') }}

),

amounts as (

    select * from {{ ref('int_line_start_amounts') }}
    where knowledge_id = 'restated'

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- A line that renews several terms counts once.
following_lines as (

    select distinct
        account_id,
        product_id,
        month,
        fiscal_year,
        contract_line_id,
        version_id
    from term_renewals

),

rated as (

    select
        following_lines.*,
        amounts.net_native,
        {{ rate_to_reporting('amounts.currency', 'coalesce(budget_rates.rate, amounts.first_budget_rate)') }}
            as budget_rate
    from following_lines
    inner join amounts on following_lines.version_id = amounts.version_id
    left join budget_rates
        on amounts.currency = budget_rates.currency and following_lines.fiscal_year = budget_rates.fiscal_year

)

select
    rated.account_id,
    rated.product_id,
    rated.month,
    cast(sum({{ reporting_money('rated.net_native', 'rated.budget_rate') }}) as decimal(18, 2)) as following_mrr
from rated
cross join reporting
group by rated.account_id, rated.product_id, rated.month
