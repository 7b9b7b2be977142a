-- Invariant 18: exactly one budget rate per currency and fiscal year wherever a line needs one; never 1 by default.
with

rates as (

    select
        knowledge_id,
        currency,
        fiscal_year,
        count(*) as rates
    from {{ ref('int_budget_rates') }}
    group by knowledge_id, currency, fiscal_year

),

needed as (

    select distinct
        knowledge_id,
        currency,
        fiscal_year
    from {{ ref('int_line_mrr') }}
    where currency <> '{{ setting("reporting_currency") }}' and (mrr_native <> 0 or is_billed)

)

select
    needed.currency,
    needed.fiscal_year,
    coalesce(rates.rates, 0) as rates
from needed
left join rates
    on
        needed.knowledge_id = rates.knowledge_id
        and needed.currency = rates.currency
        and needed.fiscal_year = rates.fiscal_year
where coalesce(rates.rates, 0) <> 1

union

select
    currency,
    fiscal_year,
    rates
from rates
where rates > 1
