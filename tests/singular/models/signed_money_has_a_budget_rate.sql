-- Invariant 18 for contracts that start later: what is signed, or renews a term, needs a budget rate as what is billed
-- does; never 1 by default.
with

amounts as (

    select * from {{ ref('int_line_start_amounts') }}
    where knowledge_id = 'restated' and currency <> '{{ setting("reporting_currency") }}'

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

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
inner join amounts on term_renewals.version_id = amounts.version_id
left join budget_rates
    on amounts.currency = budget_rates.currency and term_renewals.fiscal_year = budget_rates.fiscal_year
where budget_rates.rate is null and amounts.first_budget_rate is null
