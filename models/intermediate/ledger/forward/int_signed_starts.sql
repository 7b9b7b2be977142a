with

starts as (

    select * from {{ ref('int_line_starts') }}

),

amounts as (

    select * from {{ ref('int_line_start_amounts') }}

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

-- At every month-end from the signature to the day before the start, unless notice was given in between.
ahead as (

    select
        starts.*,
        months.month,
        months.fiscal_year,
        amounts.currency,
        amounts.net_native,
        amounts.first_budget_rate
    from starts
    inner join amounts
        on starts.knowledge_id = amounts.knowledge_id and starts.version_id = amounts.version_id
    inner join knowledge on starts.knowledge_id = knowledge.knowledge_id
    inner join months
        on
            starts.agreed_on <= months.month_end
            and starts.covered_from > months.month_end
            and coalesce(knowledge.closing_month, months.month) = months.month
    where starts.cancel_notice_on is null or starts.cancel_notice_on > months.month_end

),

-- A currency that comes into use with this line may have a rate only from the year in which the line starts.
rated as (

    select
        ahead.*,
        {{ rate_to_reporting('ahead.currency', 'coalesce(budget_rates.rate, ahead.first_budget_rate)') }} as budget_rate
    from ahead
    left join budget_rates
        on
            ahead.knowledge_id = budget_rates.knowledge_id
            and ahead.currency = budget_rates.currency
            and ahead.fiscal_year = budget_rates.fiscal_year

)

select
    rated.knowledge_id,
    rated.month,
    rated.contract_line_id,
    rated.version_id,
    rated.account_id,
    rated.product_id,
    rated.replaces_line_id,
    rated.chain_id,
    rated.signed_on,
    rated.starts_on,
    rated.agreed_on,
    rated.covered_from,
    rated.line_from,
    rated.line_to,
    rated.currency,
    rated.net_native,
    {{ reporting_money('rated.net_native', 'rated.budget_rate') }} as amount
from rated
cross join reporting
