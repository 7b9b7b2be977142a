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

rules as (

    {{ rules_as_columns('rfm_rules', ['value_event_weeks']) }}

)

-- Weeks are counted back from the month-end, seven days each.
select
    key_features.month,
    key_features.account_id,
    count(distinct floor({{ days_between('usage_days.occurred_on', 'knowledge.map_date') }} / 7)) as active_weeks
from usage_days
cross join rules
inner join knowledge
    on
        {{ is_seen_by('usage_days', 'knowledge.closing_month') }}
        and usage_days.occurred_on <= knowledge.map_date
        and usage_days.occurred_on > {{ add_days('knowledge.map_date', '-7 * rules.value_event_weeks') }}
inner join account_map
    on knowledge.knowledge_id = account_map.knowledge_id and usage_days.account_id = account_map.account_id
inner join key_features
    on
        knowledge.closing_month = key_features.month
        and account_map.paying_account_id = key_features.account_id
        and usage_days.feature_key = key_features.feature_key
        and coalesce(usage_days.product_id, key_features.product_id) = key_features.product_id
group by key_features.month, key_features.account_id
