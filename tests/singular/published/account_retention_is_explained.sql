-- Per account: the published opening with what lies between is the opening, its parts lead to the closing, and a
-- sentence says why. A seal from before fct_account_retention has both ends alone.
select *
from {{ ref('fct_account_retention') }}
where
    opening_mrr <= 0
    or closing_mrr < 0
    or published_opening_mrr + restatement_mrr + fx_mrr + transferred_mrr <> opening_mrr
    or opening_mrr + expansion_mrr + contraction_mrr + churn_mrr + returned_mrr <> closing_mrr
    or (basis = 'restated' and (expansion_mrr is null or restatement_mrr <> 0))
    or (expansion_mrr is not null and coalesce(explanation, '') = '')
    or (largest_driver is null and opening_mrr <> closing_mrr and expansion_mrr is not null)
    or (
        largest_driver is not null
        and opening_mrr <> closing_mrr
        and (largest_driver_mrr > 0) <> (closing_mrr > opening_mrr)
    )
