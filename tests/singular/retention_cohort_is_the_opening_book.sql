-- Invariants 8 and 10: the cohort of a window is the accounts that paid at its opening, no more and no fewer,
-- and nobody new inside the window is in its numerator.
with

windows as (

    select * from {{ ref('retention_windows') }}

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}
    where basis = 'restated'

),

expected as (

    select
        {{ add_months('movements.month', 'windows.window_months') }} as month,
        windows.retention_window,
        count(*) as accounts
    from movements
    cross join windows
    where movements.closing_mrr > 0
    group by {{ add_months('movements.month', 'windows.window_months') }}, windows.retention_window

),

published as (

    select * from {{ ref('kpi_nrr') }}
    where basis = 'restated' and segment_type = 'all'

),

cohort_closing as (

    select
        retention.month,
        retention.retention_window,
        sum(closing.closing_mrr) as closing_mrr
    from {{ ref('int_account_retention') }} as retention
    inner join movements as closing
        on retention.account_id = closing.account_id and retention.month = closing.month
    inner join movements as opening
        on retention.account_id = opening.account_id and retention.opening_month = opening.month
    where retention.knowledge_id = 'restated' and opening.closing_mrr > 0
    group by retention.month, retention.retention_window

)

select
    published.month,
    published.retention_window,
    published.opening_accounts,
    expected.accounts
from published
left join expected
    on published.month = expected.month and published.retention_window = expected.retention_window
left join cohort_closing
    on published.month = cohort_closing.month and published.retention_window = cohort_closing.retention_window
where
    published.opening_accounts is distinct from expected.accounts
    or published.closing_mrr is distinct from cohort_closing.closing_mrr
