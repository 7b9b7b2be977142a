-- Months that are valued at a budget rate of another fiscal year, because their own has none. The numbers stand; a
-- person should add the rate of the year.
{{ config(severity='warn') }}
with

valued as (

    select distinct
        currency,
        month,
        {{ fiscal_year('month') }} as fiscal_year
    from {{ ref('int_line_mrr') }}
    where knowledge_id = 'restated' and is_billed

),

rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated' and stated_for is not null

)

select
    valued.currency,
    valued.fiscal_year,
    rates.rate,
    {{ fiscal_year('rates.stated_for') }} as rate_of_fiscal_year
from valued
inner join rates
    on valued.currency = rates.currency and valued.month between rates.from_month and rates.to_month
where valued.fiscal_year <> {{ fiscal_year('rates.stated_for') }}
group by valued.currency, valued.fiscal_year, rates.rate, {{ fiscal_year('rates.stated_for') }}
