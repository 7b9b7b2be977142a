with

proposals as (

    select * from {{ ref('int_proposals') }}
    where knowledge_id = 'restated'

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
        {{ rate_columns('proposals.currency', 'budget_rates') }}
    from proposals
    left join budget_rates
        on
            proposals.currency = budget_rates.currency
            and {{ month_start('coalesce(proposals.proposed_on, proposals.candidate_on)') }}
            between budget_rates.from_month and budget_rates.to_month

)

-- The gap is the one the customer saw, in its own currency; nothing compares with nothing.
select
    rated.proposal_id,
    {{ reporting_money('rated.current_mrr_native', 'rated.budget') }} as current_mrr,
    {{ reporting_money('rated.proposed_mrr_native', 'rated.budget') }} as proposed_mrr,
    {{ ratio('rated.gap_native', 'rated.current_mrr_native') }} as price_gap,
    bands.price_gap_band
from rated
cross join reporting
left join bands
    on {{ is_in_gap_band('rated.gap_native', 'rated.current_mrr_native', 'bands') }}
