-- Invariant 9: numerators and denominators of every segment type sum to those of the company.
with

segments as (

    select
        month,
        retention_window,
        segment_type,
        basis,
        sum(opening_mrr) as opening_mrr,
        sum(closing_mrr) as closing_mrr,
        sum(kept_mrr) as kept_mrr,
        sum(opening_accounts) as opening_accounts
    from {{ ref('kpi_nrr') }}
    where segment_type <> 'all'
    group by month, retention_window, segment_type, basis

),

company as (

    select * from {{ ref('kpi_nrr') }}
    where segment_type = 'all'

)

select
    segments.month,
    segments.retention_window,
    segments.segment_type
from segments
left join company
    on
        segments.month = company.month
        and segments.retention_window = company.retention_window
        and segments.basis = company.basis
where
    segments.opening_mrr is distinct from company.opening_mrr
    or segments.closing_mrr is distinct from company.closing_mrr
    or segments.kept_mrr is distinct from company.kept_mrr
    or segments.opening_accounts is distinct from company.opening_accounts
