with

user_days as (

    select * from {{ ref('int_matched_user_days') }}

),

nobody as (

    {{ users_who_are_nobody() }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

rules as (

    {{ rules_as_columns('usage_rules', ['quiet_days', 'quiet_after_days']) }}

),

-- Only days with a machine can have nothing else.
looked_at as (

    select distinct
        user_days.account_id,
        user_days.occurred_on
    from user_days
    inner join nobody
        on
            user_days.user_id = nobody.user_id
            and coalesce(nobody.only_account_id, user_days.account_id) = user_days.account_id

),

-- A feed may end some weeks before the day from which silence is counted back.
found as (

    select
        knowledge.knowledge_id,
        user_days.account_id,
        user_days.occurred_on,
        max(case when nobody.user_id is null then 1 else 0 end) as has_people
    from looked_at
    cross join rules
    inner join user_days
        on looked_at.account_id = user_days.account_id and looked_at.occurred_on = user_days.occurred_on
    inner join knowledge
        on
            user_days.occurred_on <= knowledge.map_date
            and user_days.occurred_on
            > {{ add_days('knowledge.map_date', '-2 * (rules.quiet_days + rules.quiet_after_days)') }}
            and {{ is_known('user_days', 'knowledge') }}
    left join nobody on {{ is_nobody('user_days', 'knowledge') }}
    group by knowledge.knowledge_id, user_days.account_id, user_days.occurred_on

)

select
    knowledge_id,
    account_id,
    occurred_on
from found
where has_people = 0
