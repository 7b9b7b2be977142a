with

events as (

    select * from {{ ref('stg_engagement_events') }}
    where is_valid

),

kinds as (

    select * from {{ ref('engagement_kinds') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

rules as (

    {{ rules_as_columns('customer_tier_rules', ['interest_days']) }}

)

select
    knowledge.closing_month as month,
    account_map.paying_account_id as account_id,
    max(case when kinds.channel = 'web' then events.occurred_on end) as last_web_visit_on,
    max(case when kinds.channel = 'mail' then events.occurred_on end) as last_mail_on,
    cast(sum(case
        when
            kinds.is_upper_plan_view
            and events.occurred_on > {{ add_days('knowledge.map_date', '-rules.interest_days') }}
            then 1
        else 0
    end) as integer) as upper_plan_page_views
from events
cross join rules
inner join kinds on events.kind = kinds.kind
inner join knowledge
    on events.occurred_on <= knowledge.map_date and {{ is_known('events', 'knowledge') }}
inner join account_map
    on knowledge.knowledge_id = account_map.knowledge_id and events.account_id = account_map.account_id
group by knowledge.closing_month, account_map.paying_account_id
