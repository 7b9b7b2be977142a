-- Invariants 8 and 10: what a window opens with is all that was paid at its opening, and where no line changed its
-- owner since, by the same accounts, of which nobody new inside the window is in its numerator. Where nobody paid at
-- the opening, as in a book that ended, it opens with 0.
with

spans as (

    select
        published_months.basis,
        spans.*
    from {{ ref('int_retention_spans') }} as spans
    inner join {{ ref('int_published_months') }} as published_months
        on spans.knowledge_id = published_months.knowledge_id and spans.month = published_months.month

),

account_mrr as (

    select * from {{ ref('int_account_mrr') }}

),

expected as (

    select
        spans.basis,
        spans.month,
        spans.retention_window,
        count(*) as accounts,
        sum(
            {{ at_rates_of('opening', 'spans', 'mrr') }}
        ) as opening_mrr,
        sum(closing.mrr) as closing_mrr
    from spans
    inner join account_mrr as opening
        on spans.knowledge_id = opening.knowledge_id and spans.opening_month = opening.month
    inner join account_mrr as closing
        on
            spans.knowledge_id = closing.knowledge_id
            and opening.account_id = closing.account_id
            and spans.month = closing.month
    where opening.mrr > 0
    group by spans.basis, spans.month, spans.retention_window

),

transferred as (

    select distinct
        spans.basis,
        spans.month,
        spans.retention_window
    from {{ ref('int_window_transfers') }} as transfers
    inner join spans on {{ same_window('transfers', 'spans') }}

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
    published.opening_mrr is distinct from coalesce(expected.opening_mrr, 0)
    or (
        transferred.month is null
        and (
            published.opening_accounts is distinct from coalesce(expected.accounts, 0)
            or published.closing_mrr is distinct from coalesce(expected.closing_mrr, 0)
        )
    )
