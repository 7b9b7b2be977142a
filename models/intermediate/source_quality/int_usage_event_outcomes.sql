{{ config(materialized='view') }}

with

usage_events as (

    select * from {{ ref('stg_usage_events') }}

),

accounts as (

    select distinct account_id from {{ ref('stg_accounts') }}
    where is_valid

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated'

),

copies as (

    select
        *,
        row_number() over (
            partition by case when is_valid then event_id end, is_valid and event_id is not null, occurred_on
            order by recorded_at nulls first, occurred_at, account_id, feature_key, _source_file
        ) > 1 and is_valid and event_id is not null as is_copy
    from usage_events

),

judged as (

    select
        copies.*,
        case
            when copies.quarantine_reason is not null then copies.quarantine_reason
            when copies.is_copy then null
            when accounts.account_id is null then 'orphan_customer'
        end as final_quarantine_reason,
        case
            when copies.is_copy then 'duplicate'
            when copies.known_on > {{ known_until() }} then 'not_yet_known'
            when copies.occurred_on > {{ as_of_date() }} then 'after_as_of'
            when account_map.is_internal then 'internal_account'
        end as final_exclusion_reason
    from copies
    left join accounts on copies.account_id = accounts.account_id
    left join account_map on copies.account_id = account_map.account_id

)

select
    event_id,
    account_id,
    {{ month_start('occurred_on') }} as month,
    case
        when final_quarantine_reason is not null then 'quarantined'
        when final_exclusion_reason is not null then 'excluded'
        else 'modelled'
    end as outcome,
    coalesce(final_quarantine_reason, final_exclusion_reason) as reason,
    _row_json,
    _source_file
from judged
