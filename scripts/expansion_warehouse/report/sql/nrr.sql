-- Where a change is beyond chance, also the window that it is compared with: the one that ends where this one begins.
with
nrr as (
    select *, cast(rtrim(retention_window, 'm') as integer) as months
    from kpi_nrr
)
select
    nrr.month, nrr.retention_window, nrr.segment_type, nrr.segment, nrr.basis,
    nrr.opening_mrr, nrr.expansion_mrr, nrr.contraction_mrr, nrr.churn_mrr, nrr.closing_mrr, nrr.kept_mrr,
    nrr.opening_accounts, nrr.retained_accounts, nrr.nrr, nrr.nrr_low, nrr.nrr_high,
    nrr.grr, nrr.grr_low, nrr.grr_high,
    nrr.logo_retention, nrr.logo_retention_low, nrr.logo_retention_high,
    nrr.nrr_band, nrr.is_beyond_chance, nrr.is_small_sample, nrr.interval_note,
    earlier.month as earlier_month, earlier.nrr as earlier_nrr
from nrr
left join kpi_nrr as earlier
    on
        nrr.is_beyond_chance
        and nrr.month = earlier.month + to_months(nrr.months)
        and nrr.retention_window = earlier.retention_window
        and nrr.segment_type = earlier.segment_type
        and nrr.segment = earlier.segment
        and nrr.basis = earlier.basis
order by
    nrr.segment_type <> 'all', nrr.month desc, nrr.retention_window, nrr.segment_type, nrr.segment, nrr.basis
