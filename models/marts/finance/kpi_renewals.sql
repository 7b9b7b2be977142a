with

stacked as (

    select * from {{ ref('int_segment_renewals') }}

),

months as (

    select * from {{ ref('int_months') }}

),

idle as (

    {{ idle_months('stacked') }}

),

-- A month in which nothing was held is a month of zeros.
complete as (

    select * from stacked
    union all
    select
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
        coalesce(max(decided_on), {{ add_days(month_end('month'), setting('renewal_grace_days')) }})
        < {{ as_of_date() }} as is_matured
    from complete
    group by month, segment_type, segment

)

select
    month,
    segment_type,
    segment,
    expiring_terms,
    expiring_accounts,
    renewed_accounts,
    expiring_mrr,
    renewed_mrr,
    reduced_mrr,
    open_mrr,
    pending_churn_mrr,
    lost_mrr,
    {{ ratio('renewed_mrr', 'expiring_mrr') }} as renewal_rate,
    is_matured,
    expiring_accounts < {{ setting('min_segment_accounts') }} as is_small_sample,
    notice_mrr
from summed
