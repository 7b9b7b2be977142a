with

renewals as (

    select
        readings.basis,
        renewals.*
    from {{ ref('int_renewals') }} as renewals
    inner join {{ ref('int_renewal_readings') }} as readings
        on renewals.knowledge_id = readings.knowledge_id and renewals.month = readings.month

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

committed as (

    select * from {{ ref('int_committed_mrr') }}

),

account_mrr as (

    select * from {{ ref('int_account_mrr') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}

)

-- What was up for renewal belongs to the segment at the month's opening, what is held and at risk to that at its end;
-- notice is that of the month-end, as the close of the month itself knew it.
select
    renewals.basis,
    renewals.month,
    segments.segment_type,
    segments.opening_segment as segment,
    renewals.account_id,
    renewals.expiring_terms,
    renewals.expiring_mrr,
    renewals.decided_on,
    renewals.renewed_mrr,
    renewals.reduced_mrr,
    renewals.open_mrr,
    renewals.pending_churn_mrr,
    renewals.lost_mrr,
    0 as notice_mrr
from renewals
inner join segments
    on
        renewals.knowledge_id = segments.knowledge_id
        and renewals.account_id = segments.account_id
        and renewals.month = segments.month
union all
select
    published_months.basis,
    account_mrr.month,
    segments.segment_type,
    segments.closing_segment as segment,
    cast(null as {{ dbt.type_string() }}) as account_id,
    0 as expiring_terms,
    0 as expiring_mrr,
    cast(null as date) as decided_on,
    0 as renewed_mrr,
    0 as reduced_mrr,
    0 as open_mrr,
    0 as pending_churn_mrr,
    0 as lost_mrr,
    committed.pending_churn_mrr as notice_mrr
from account_mrr
inner join published_months
    on account_mrr.knowledge_id = published_months.knowledge_id and account_mrr.month = published_months.month
inner join committed
    on
        account_mrr.knowledge_id = committed.knowledge_id
        and account_mrr.account_id = committed.account_id
        and account_mrr.month = committed.month
inner join segments
    on
        account_mrr.knowledge_id = segments.knowledge_id
        and account_mrr.account_id = segments.account_id
        and account_mrr.month = segments.month
where account_mrr.mrr > 0
