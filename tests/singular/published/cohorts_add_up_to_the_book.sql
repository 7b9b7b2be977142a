-- Every account belongs to one cohort for ever: the cohorts of a month add up to the company's MRR on both bases, a cohort
-- opens whole, and, as known now, it never gains or loses an account.
with

cohorts as (

    select * from {{ ref('kpi_cohort_retention') }}

),

totals as (

    select
        month,
        basis,
        segment_type,
        sum(retained_mrr) as retained_mrr
    from cohorts
    group by month, basis, segment_type

),

-- A seal from before cohorts had a basis lacks them.
lacking as (

    select
        sealed.month,
        'as_reported' as basis
    from {{ ref('fct_sealed_months') }} as sealed
    left join totals on sealed.month = totals.month and totals.basis = 'as_reported'
    where totals.month is null

),

bridge as (

    select bridge.*
    from {{ ref('kpi_mrr_bridge') }} as bridge
    left join lacking on bridge.month = lacking.month and bridge.basis = lacking.basis
    where bridge.segment_type = 'all' and lacking.month is null

),

sizes as (

    select
        cohort_month,
        segment_type,
        segment,
        min(cohort_accounts) as smallest,
        max(cohort_accounts) as largest
    from cohorts
    where basis = 'restated'
    group by cohort_month, segment_type, segment

)

select
    totals.segment_type,
    coalesce(totals.month, bridge.month) as month,
    'total' as broken
from totals
full outer join bridge on totals.month = bridge.month and totals.basis = bridge.basis
where coalesce(totals.retained_mrr, 0) <> coalesce(bridge.closing_mrr, 0)
union all
select
    segment_type,
    cohort_month,
    'opening' as broken
from cohorts
where
    months_since = 0
    and (retained_mrr is distinct from cohort_mrr or retained_accounts is distinct from cohort_accounts)
union all
select
    segment_type,
    cohort_month,
    'size' as broken
from sizes
where smallest <> largest
