-- Invariant 19: upsold and cross-sold accounts are a subset of the accounts that paid at the opening.
select *
from {{ ref('kpi_upsell') }}
where
    upsold_accounts > opening_accounts
    or cross_sold_accounts > opening_accounts
    or upsell_rate > 1
    or cross_sell_rate > 1
    or (upsell_rate is null) <> (opening_accounts = 0)
