-- Invariant 18: exactly one budget rate per currency and month wherever a line needs one; never 1 by default.
with

needed as (

    select distinct
        knowledge_id,
        month,
        currency
    from {{ ref('int_line_mrr') }}
    where currency <> '{{ setting("reporting_currency") }}' and (mrr_native <> 0 or is_billed)

)

select
    needed.currency,
    needed.month,
    count(rates.rate) as rates
from needed
left join {{ ref('int_budget_rates') }} as rates
    on
        needed.knowledge_id = rates.knowledge_id
        and needed.currency = rates.currency
        and needed.month between rates.from_month and rates.to_month
group by needed.knowledge_id, needed.currency, needed.month
having count(rates.rate) <> 1
