-- An offer is eligible exactly when no reason blocks it and it is no downsell; only eligible offers have a place and a
-- value.
select
    account_id,
    offer_id,
    blocked_reasons,
    is_eligible,
    priority,
    expected_value
from {{ ref('fct_upsell_opportunities') }}
where
    is_eligible <> (blocked_reasons = '' and offer_class <> 'downsell')
    or (not is_eligible and (priority is not null or expected_value is not null))
