with

renewals as (

    select * from {{ ref('int_renewals') }}

),

committed as (

    select * from {{ ref('int_committed_mrr') }}
    where knowledge_id = 'restated'

),

account_mrr as (

    select * from {{ ref('int_account_mrr') }}
    where knowledge_id = 'restated'

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated'

),

-- What was up for renewal belongs to the segment at the month's opening, what is held and at risk to that at its end.
stacked as (

    select
        renewals.month,
        segments.segment_type,
        segments.opening_segment as segment,
        renewals.account_id,
        renewals.expiring_terms,
        renewals.expiring_mrr,
        renewals.renewed_mrr,
        0 as pending_churn_mrr
    from renewals
    inner join segments on renewals.account_id = segments.account_id and renewals.month = segments.month
    union all
    select
        account_mrr.month,
        segments.segment_type,
        segments.closing_segment as segment,
        cast(null as {{ dbt.type_string() }}) as account_id,
        0 as expiring_terms,
        0 as expiring_mrr,
        0 as renewed_mrr,
        committed.pending_churn_mrr
    from account_mrr
    inner join committed on account_mrr.account_id = committed.account_id and account_mrr.month = committed.month
    inner join segments on account_mrr.account_id = segments.account_id and account_mrr.month = segments.month
    where account_mrr.mrr > 0

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
        cast(sum(pending_churn_mrr) as decimal(18, 2)) as pending_churn_mrr
    from stacked
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
    {{ ratio('renewed_mrr', 'expiring_mrr') }} as renewal_rate,
    pending_churn_mrr
from summed
