-- Invariant 18 for contracts that start later: what is signed, or renews a term, needs a budget rate as what is billed
-- does; never 1 by default.
with

amounts as (

    select * from {{ ref('int_line_start_amounts') }}
    where currency <> '{{ setting("reporting_currency") }}'

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

)

select
    version_id,
    month
from {{ ref('int_signed_starts') }}
where amount is null
union all
select
    term_renewals.version_id,
    term_renewals.month
from {{ ref('int_term_renewals') }} as term_renewals
inner join amounts
    on term_renewals.knowledge_id = amounts.knowledge_id and term_renewals.version_id = amounts.version_id
left join budget_rates
    on
        amounts.knowledge_id = budget_rates.knowledge_id
        and amounts.currency = budget_rates.currency
        and term_renewals.month between budget_rates.from_month and budget_rates.to_month
where budget_rates.rate is null
