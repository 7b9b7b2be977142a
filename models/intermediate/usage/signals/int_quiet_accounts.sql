with

usage_days as (

    select distinct
        account_id,
        occurred_on,
        first_month,
        last_month
    from {{ ref('int_usage_first_months') }}

),

unpeopled as (

    select * from {{ ref('int_unpeopled_days') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

rules as (

    {{ rules_as_columns('usage_rules', ['quiet_days', 'quiet_after_days', 'quiet_active_days']) }}

),

outages as (

    select * from {{ ref('int_usage_outages') }}
    where product_id is null

),

known_days as (

    select
        occurred_on,
        last_month,
        min(first_month) as first_month
    from usage_days
    group by occurred_on, last_month

),

-- A feed that ends before the day says nothing of the days after.
last_days as (

    select
        knowledge.knowledge_id,
        knowledge.closing_month,
        max(known_days.occurred_on) as last_day,
        {{ add_days('max(known_days.occurred_on)', '-max(rules.quiet_days)') }} as quiet_after
    from knowledge
    cross join rules
    inner join known_days
        on {{ is_seen_by('known_days', 'knowledge.closing_month') }} and knowledge.map_date >= known_days.occurred_on
    group by knowledge.knowledge_id, knowledge.closing_month

),

-- Nobody is silent where nothing was recorded of anybody.
interrupted as (

    select distinct last_days.closing_month as month
    from last_days
    inner join outages
        on
            last_days.closing_month = outages.month
            and last_days.last_day >= outages.first_day
            and last_days.quiet_after < outages.last_day

),

counted as (

    select
        account_map.paying_account_id as account_id,
        last_days.closing_month as month,
        max(usage_days.occurred_on) as last_used_on,
        count(distinct case when usage_days.occurred_on <= last_days.quiet_after then usage_days.occurred_on end)
            as active_days_before,
        max(case when usage_days.occurred_on > last_days.quiet_after then 1 else 0 end) as is_active
    from last_days
    cross join rules
    inner join usage_days
        on
            {{ is_seen_by('usage_days', 'last_days.closing_month') }} and last_days.last_day >= usage_days.occurred_on
            and usage_days.occurred_on > {{ add_days('last_days.quiet_after', '-rules.quiet_after_days') }}
    inner join account_map
        on last_days.knowledge_id = account_map.knowledge_id and usage_days.account_id = account_map.account_id
    left join unpeopled
        on
            last_days.knowledge_id = unpeopled.knowledge_id
            and usage_days.account_id = unpeopled.account_id and usage_days.occurred_on = unpeopled.occurred_on
    where unpeopled.account_id is null
    group by account_map.paying_account_id, last_days.closing_month

)

select
    counted.account_id,
    counted.month,
    counted.last_used_on
from counted
cross join rules
left join interrupted on counted.month = interrupted.month
where interrupted.month is null and counted.is_active = 0 and counted.active_days_before >= rules.quiet_active_days
