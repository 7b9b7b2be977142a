with

term_renewals as (

    select * from {{ ref('int_term_renewals') }}

),

amounts as (

    select * from {{ ref('int_line_start_amounts') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- A line that renews several terms counts once.
following_lines as (

    select distinct
        knowledge_id,
        account_id,
        product_id,
        month,
        contract_line_id,
        version_id
    from term_renewals

),

rated as (

    select
        following_lines.*,
        amounts.net_native,
        {{ rate_columns('amounts.currency', 'budget_rates') }}
    from following_lines
    inner join amounts
        on following_lines.knowledge_id = amounts.knowledge_id and following_lines.version_id = amounts.version_id
    left join budget_rates
        on
            following_lines.knowledge_id = budget_rates.knowledge_id
            and amounts.currency = budget_rates.currency
            and following_lines.month between budget_rates.from_month and budget_rates.to_month

)

select
    rated.knowledge_id,
    rated.account_id,
    rated.product_id,
    rated.month,
    cast(sum({{ reporting_money('rated.net_native', 'rated.budget') }}) as decimal(18, 2)) as following_mrr
from rated
cross join reporting
group by rated.knowledge_id, rated.account_id, rated.product_id, rated.month
