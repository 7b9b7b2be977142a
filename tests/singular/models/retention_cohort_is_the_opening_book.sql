-- Invariants 8 and 10: what a window opens with is all that was paid at its opening, and where no line changed its owner
-- since, by the same accounts, of which nobody new inside the window is in its numerator.
with

windows as (

    select * from {{ ref('retention_windows') }}

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

months as (

    select * from {{ ref('int_months') }}

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
        sum(
            case when opening.fiscal_year = months.fiscal_year then opening.mrr else opening.mrr_next_year end
        ) as opening_mrr,
        sum(closing.mrr) as closing_mrr
    from published_months
    inner join months on published_months.month = months.month
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

transferred as (

    select distinct
        published_months.basis,
        published_months.month,
        transfers.retention_window
    from {{ ref('int_window_transfers') }} as transfers
    inner join published_months
        on transfers.knowledge_id = published_months.knowledge_id and transfers.month = published_months.month

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
left join transferred
    on
        published.basis = transferred.basis
        and published.month = transferred.month
        and published.retention_window = transferred.retention_window
where
    published.opening_mrr is distinct from expected.opening_mrr
    or (
        transferred.month is null
        and (
            published.opening_accounts is distinct from expected.accounts
            or published.closing_mrr is distinct from expected.closing_mrr
        )
    )
