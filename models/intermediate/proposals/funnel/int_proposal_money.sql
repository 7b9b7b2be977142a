with

proposals as (

    select * from {{ ref('int_proposals') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

),

bands as (

    select * from {{ ref('price_gap_bands') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

rated as (

    select
        proposals.proposal_id,
        proposals.current_mrr_native,
        proposals.proposed_mrr_native,
        proposals.proposed_mrr_native - proposals.current_mrr_native as gap_native,
        {{ rate_to_reporting('proposals.currency', 'budget_rates.rate') }} as budget_rate
    from proposals
    left join budget_rates
        on
            proposals.currency = budget_rates.currency
            and {{ fiscal_year('coalesce(proposals.proposed_on, proposals.candidate_on)') }} = budget_rates.fiscal_year

)

-- The gap is the one the customer saw, in its own currency; nothing compares with nothing.
select
    rated.proposal_id,
    {{ reporting_money('rated.current_mrr_native', 'rated.budget_rate') }} as current_mrr,
    {{ reporting_money('rated.proposed_mrr_native', 'rated.budget_rate') }} as proposed_mrr,
    {{ ratio('rated.gap_native', 'rated.current_mrr_native') }} as price_gap,
    bands.price_gap_band
from rated
cross join reporting
left join bands
    on
        rated.current_mrr_native > 0
        and {{ gap_at_least('rated.gap_native', 'rated.current_mrr_native', 'bands.gap_from', 'bands.includes_from') }}
        and {{ gap_at_most('rated.gap_native', 'rated.current_mrr_native', 'bands.gap_to', 'bands.includes_to') }}
