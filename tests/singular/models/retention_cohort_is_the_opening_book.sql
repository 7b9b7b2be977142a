-- Invariants 8 and 10: the cohort of a window is the accounts that paid at its opening, no more and no fewer,
-- and nobody new inside the window is in its numerator.
with

windows as (

    select * from {{ ref('retention_windows') }}

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

account_mrr as (

    select * from {{ ref('int_account_mrr') }}

),

expected as (

    select
        published_months.basis,
        published_months.month,
        windows.retention_window,
        count(*) as accounts,
        sum(closing.mrr) as closing_mrr
    from published_months
    cross join windows
    inner join account_mrr as opening
        on
            published_months.knowledge_id = opening.knowledge_id
            and published_months.month = {{ add_months('opening.month', 'windows.window_months') }}
    inner join account_mrr as closing
        on
            published_months.knowledge_id = closing.knowledge_id
            and opening.account_id = closing.account_id
            and published_months.month = closing.month
    where opening.mrr > 0
    group by published_months.basis, published_months.month, windows.retention_window

),

published as (

    select * from {{ ref('int_unsealed_nrr') }}
    where segment_type = 'all'

)

select
    coalesce(published.basis, expected.basis) as basis,
    coalesce(published.month, expected.month) as month,
    coalesce(published.retention_window, expected.retention_window) as retention_window,
    published.opening_accounts,
    expected.accounts
from published
full outer join expected
    on
        published.basis = expected.basis
        and published.month = expected.month
        and published.retention_window = expected.retention_window
where
    published.opening_accounts is distinct from expected.accounts
    or published.closing_mrr is distinct from expected.closing_mrr
