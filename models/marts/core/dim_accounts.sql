with

account_versions as (

    select * from {{ ref('int_account_versions') }}
    where knowledge_id = 'restated' and is_current

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated' and not is_internal

),

reported_movements as (

    select account_id from {{ ref('int_reported_movements') }}
    union
    select account_id from {{ ref('int_published_mrr') }}

),

account_mrr as (

    select * from {{ ref('int_account_mrr') }}
    where knowledge_id = 'restated'

),

renewals as (

    select * from {{ ref('int_next_renewals') }}

),

stages as (

    select * from {{ ref('int_lifecycle_stages') }}
    where knowledge_id = 'restated'

),

latest as (

    select max(month) as month from {{ ref('int_months') }}

),

-- As-reported months go on naming accounts that were merged, or went under a parent, after their close.
payers as (

    select paying_account_id as account_id from account_map
    union
    select account_id from reported_movements

),

-- A taken-over account is where its payer is.
placed as (

    select
        payers.account_id,
        coalesce(account_map.paying_account_id, payers.account_id) as paying_account_id
    from payers
    left join account_map on payers.account_id = account_map.account_id

),

histories as (

    select
        account_id,
        min(first_paid_month) as first_paid_month,
        sum(case when month = (select latest.month from latest) then mrr else 0 end) as current_mrr
    from account_mrr
    group by account_id

)

select
    placed.account_id,
    placed.paying_account_id,
    account_versions.account_name,
    account_versions.industry,
    account_versions.size_band,
    account_versions.country,
    account_versions.acquisition_channel,
    account_versions.membership_tier,
    account_versions.csm_owner,
    account_versions.sales_owner,
    histories.first_paid_month,
    histories.first_paid_month as cohort_month,
    account_versions.went_live_on,
    renewals.next_renewal_on,
    cast(coalesce(histories.current_mrr, 0) as decimal(19, 3)) as current_mrr,
    coalesce(histories.current_mrr, 0) > 0 as is_paying,
    coalesce(stages.lifecycle_stage, 'prospect') as lifecycle_stage
from placed
left join account_versions on placed.account_id = account_versions.account_id
left join histories on placed.account_id = histories.account_id
left join renewals on placed.account_id = renewals.account_id
left join stages on placed.paying_account_id = stages.account_id
