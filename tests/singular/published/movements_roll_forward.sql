-- Invariant 1: opening + every movement = closing, exactly, in every account-month.
select *
from {{ ref('fct_mrr_movements') }}
where
    opening_mrr
    + new_mrr
    + expansion_mrr
    + contraction_mrr
    + churn_mrr
    + reactivation_mrr
    + fx_mrr
    + merge_mrr
    + prior_period_mrr
    <> closing_mrr
