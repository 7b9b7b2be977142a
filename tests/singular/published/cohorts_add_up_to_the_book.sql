-- Every account belongs to one cohort for ever: the cohorts of a month add up to the company's MRR, a cohort opens
-- whole, and it never gains or loses an account.
with

cohorts as (

    select * from {{ ref('kpi_cohort_retention') }}

),

totals as (

    select
        month,
        segment_type,
        sum(retained_mrr) as retained_mrr
    from cohorts
    group by month, segment_type

),

bridge as (

    select * from {{ ref('kpi_mrr_bridge') }}
    where basis = 'restated' and segment_type = 'all'

),

sizes as (

    select
        cohort_month,
        segment_type,
        segment,
        min(cohort_accounts) as smallest,
        max(cohort_accounts) as largest
    from cohorts
    group by cohort_month, segment_type, segment

)

select
    totals.segment_type,
    coalesce(totals.month, bridge.month) as month,
    'total' as broken
from totals
full outer join bridge on totals.month = bridge.month
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
