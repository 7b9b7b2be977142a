with

reference_days as (

    select * from {{ ref('int_reference_days') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

)

-- What happened to any company of a group happened to the account that pays for it.
select
    reference_days.account_id,
    reference_days.reference_kind,
    reference_days.reference_on,
    reference_days.known_until,
    coalesce(account_map.account_id, reference_days.account_id) as member_account_id
from reference_days
left join account_map
    on
        reference_days.knowledge_id = account_map.knowledge_id
        and reference_days.account_id = account_map.paying_account_id
