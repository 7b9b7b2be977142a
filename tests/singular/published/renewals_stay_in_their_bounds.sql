-- Nothing renews more than was up for renewal, a rate is empty exactly where nothing was, and segments add up.
with

renewals as (

    select * from {{ ref('kpi_renewals') }}

),

segments as (

    select
        month,
        segment_type,
        sum(expiring_mrr) as expiring_mrr,
        sum(renewed_mrr) as renewed_mrr,
        sum(pending_churn_mrr) as pending_churn_mrr
    from renewals
    group by month, segment_type

)

select
    month,
    segment_type,
    segment
from renewals
where
    renewed_mrr < 0
    or renewed_mrr > expiring_mrr
    or pending_churn_mrr < 0
    or (renewal_rate is null) <> (expiring_mrr = 0)
    or renewal_rate < 0
    or renewal_rate > 1
union all
select
    segments.month,
    segments.segment_type,
    'sum of segments' as segment
from segments
left join renewals on segments.month = renewals.month and renewals.segment_type = 'all'
where
    segments.expiring_mrr is distinct from renewals.expiring_mrr
    or segments.renewed_mrr is distinct from renewals.renewed_mrr
    or segments.pending_churn_mrr is distinct from renewals.pending_churn_mrr
