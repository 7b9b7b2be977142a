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

rules as (

    {{ rules_as_columns('usage_rules', ['outage_accounts', 'outage_after_days', 'outage_business_days']) }}

),

reach as (

    select max(window_days + ends_days_before) as reach_days from {{ ref('usage_windows') }}

),

-- Days, not everybody's days: of the company, and of each product.
scope_days as (

    select
        cast(null as {{ dbt.type_string() }}) as product_id,
        occurred_on,
        last_month,
        min(first_month) as first_month
    from usage_days
    group by occurred_on, last_month
    union all
    select
        product_id,
        occurred_on,
        last_month,
        min(first_month) as first_month
    from usage_days
    where product_id is not null
    group by product_id, occurred_on, last_month

),

gaps as (

    select
        knowledge.knowledge_id,
        knowledge.closing_month as month,
        knowledge.map_date,
        scope_days.product_id,
        {{ add_days('scope_days.occurred_on', 1) }} as first_day,
        coalesce({{ add_days(
            'lead(scope_days.occurred_on) over ('
            ~ 'partition by knowledge.knowledge_id, scope_days.product_id order by scope_days.occurred_on)', -1
        ) }}, knowledge.map_date) as last_day
    from knowledge
    inner join scope_days
        on {{ is_seen_by('scope_days', 'knowledge.closing_month') }} and knowledge.map_date >= scope_days.occurred_on

),

-- What no window of the month reaches any more has no part in it.
silences as (

    select
        gaps.*,
        {{ business_days('gaps.first_day', 'gaps.last_day') }} as business_days
    from gaps
    cross join rules
    cross join reach
    where
        gaps.last_day > {{ add_days('gaps.map_date', '-reach.reach_days') }}
        and {{ business_days('gaps.first_day', 'gaps.last_day') }} >= rules.outage_business_days

),

counted as (

    select
        silences.month,
        silences.product_id,
        silences.first_day,
        silences.last_day,
        silences.business_days,
        count(distinct account_map.paying_account_id) as accounts_before
    from silences
    cross join rules
    inner join usage_days
        on
            {{ is_seen_by('usage_days', 'silences.month') }} and silences.first_day > usage_days.occurred_on
            and {{ add_days('silences.first_day', '-rules.outage_after_days') }} <= usage_days.occurred_on
            and coalesce(silences.product_id, usage_days.product_id, '') = coalesce(usage_days.product_id, '')
    inner join account_map
        on silences.knowledge_id = account_map.knowledge_id and usage_days.account_id = account_map.account_id
    group by silences.month, silences.product_id, silences.first_day, silences.last_day, silences.business_days

)

select
    counted.month,
    counted.product_id,
    counted.first_day,
    counted.last_day,
    cast(counted.business_days as integer) as business_days,
    cast(counted.accounts_before as integer) as accounts_before
from counted
inner join rules on counted.accounts_before >= rules.outage_accounts
