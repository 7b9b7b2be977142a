with

actions as (

    select * from {{ ref('stg_actions') }}
    where is_valid and exclusion_reason is null

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated' and not is_internal

)

select
    actions.action_id,
    account_map.paying_account_id as account_id,
    actions.account_id as owner_account_id,
    actions.alert_id,
    {{ id_part('actions.alert_id', is_alert_id('actions.alert_id'), -2) }} as alert_kind,
    actions.offer_id,
    {{ id_part('actions.offer_id', is_offer_id('actions.offer_id'), 1) }} as offer_class,
    {{ id_part('actions.offer_id', is_offer_id('actions.offer_id'), 2) }} as product_id,
    actions.kind,
    actions.done_on,
    actions.done_by,
    actions.outcome
from actions
inner join account_map on actions.account_id = account_map.account_id
