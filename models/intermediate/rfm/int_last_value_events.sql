with

usage_days as (

    select * from {{ ref('int_usage_first_months') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

key_features as (

    select * from {{ ref('int_key_features') }}

),

-- Of use that happened long ago only its last day matters.
last_days as (

    select
        account_id,
        product_id,
        feature_key,
        first_month,
        last_month,
        max(occurred_on) as last_used_on
    from usage_days
    group by account_id, product_id, feature_key, first_month, last_month

)

select
    key_features.month,
    key_features.account_id,
    max(last_days.last_used_on) as last_used_on
from last_days
inner join knowledge on {{ is_seen_by('last_days', 'knowledge.closing_month') }}
inner join account_map
    on knowledge.knowledge_id = account_map.knowledge_id and last_days.account_id = account_map.account_id
inner join key_features
    on
        knowledge.closing_month = key_features.month
        and account_map.paying_account_id = key_features.account_id
        and last_days.feature_key = key_features.feature_key
        and coalesce(last_days.product_id, key_features.product_id) = key_features.product_id
group by key_features.month, key_features.account_id
