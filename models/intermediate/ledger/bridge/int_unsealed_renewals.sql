with

stacked as (

    select * from {{ ref('int_segment_renewals') }}

),

readings as (

    select
        readings.*,
        renewal_months.last_day
    from {{ ref('int_renewal_readings') }} as readings
    inner join {{ ref('int_renewal_months') }} as renewal_months
        on readings.knowledge_id = renewal_months.knowledge_id and readings.month = renewal_months.month

),

months as (

    select * from {{ ref('int_months') }}

),

idle as (

    {{ idle_months('stacked', ['basis']) }}

),

-- A month in which nothing was held is a month of zeros.
complete as (

    select * from stacked
    union all
    select
        basis,
        month,
        segment_type,
        segment,
        cast(null as {{ dbt.type_string() }}) as account_id,
        0 as expiring_terms,
        0 as expiring_mrr,
        cast(null as date) as decided_on,
        0 as renewed_mrr,
        0 as reduced_mrr,
        0 as open_mrr,
        0 as pending_churn_mrr,
        0 as lost_mrr,
        0 as notice_mrr
    from idle

),

summed as (

    select
        basis,
        month,
        segment_type,
        segment,
        cast(sum(expiring_terms) as integer) as expiring_terms,
        cast(count(distinct account_id) as integer) as expiring_accounts,
        cast(count(distinct case when renewed_mrr > 0 then account_id end) as integer) as renewed_accounts,
        cast(sum(expiring_mrr) as decimal(18, 2)) as expiring_mrr,
        cast(sum(renewed_mrr) as decimal(18, 2)) as renewed_mrr,
        cast(sum(reduced_mrr) as decimal(18, 2)) as reduced_mrr,
        cast(sum(open_mrr) as decimal(18, 2)) as open_mrr,
        cast(sum(pending_churn_mrr) as decimal(18, 2)) as pending_churn_mrr,
        cast(sum(lost_mrr) as decimal(18, 2)) as lost_mrr,
        cast(sum(notice_mrr) as decimal(18, 2)) as notice_mrr,
        coalesce(max(decided_on), {{ add_days(month_end('month'), setting('renewal_grace_days')) }}) as decided_on
    from complete
    group by basis, month, segment_type, segment

)

select
    summed.month,
    summed.segment_type,
    summed.segment,
    summed.basis,
    summed.expiring_terms,
    summed.expiring_accounts,
    summed.renewed_accounts,
    summed.expiring_mrr,
    summed.renewed_mrr,
    summed.reduced_mrr,
    summed.open_mrr,
    summed.pending_churn_mrr,
    summed.lost_mrr,
    {{ ratio('summed.renewed_mrr', 'summed.expiring_mrr') }} as renewal_rate,
    readings.reading_month is not null or summed.decided_on < readings.last_day as is_matured,
    readings.reading_month,
    summed.expiring_accounts < {{ setting('min_segment_accounts') }} as is_small_sample,
    summed.notice_mrr
from summed
inner join readings on summed.basis = readings.basis and summed.month = readings.month
