-- Everything that was up for renewal has one outcome, a rate is empty exactly where nothing was, segments add up,
-- and a close reads for good only what has matured.
with

renewals as (

    select * from {{ ref('kpi_renewals') }}

),

segments as (

    select
        month,
        basis,
        segment_type,
        sum(expiring_mrr) as expiring_mrr,
        sum(renewed_mrr) as renewed_mrr,
        sum(lost_mrr) as lost_mrr,
        sum(notice_mrr) as notice_mrr
    from renewals
    group by month, basis, segment_type

)

select
    month,
    segment_type,
    segment
from renewals
where
    renewed_mrr < 0
    or renewed_mrr > expiring_mrr
    or reduced_mrr < 0
    or open_mrr < 0
    or pending_churn_mrr < 0
    or lost_mrr < 0
    or expiring_mrr <> renewed_mrr + reduced_mrr + open_mrr + pending_churn_mrr + lost_mrr
    or notice_mrr < 0
    or (renewal_rate is null) <> (expiring_mrr = 0)
    or renewal_rate < 0
    or renewal_rate > 1
    or (reading_month is not null and (basis = 'restated' or reading_month < month or not is_matured))
union all
select
    segments.month,
    segments.segment_type,
    'sum of segments' as segment
from segments
left join renewals
    on segments.month = renewals.month and segments.basis = renewals.basis and renewals.segment_type = 'all'
where
    segments.expiring_mrr is distinct from renewals.expiring_mrr
    or segments.renewed_mrr is distinct from renewals.renewed_mrr
    or segments.lost_mrr is distinct from renewals.lost_mrr
    or segments.notice_mrr is distinct from renewals.notice_mrr
