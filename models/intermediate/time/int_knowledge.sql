with

months as (

    select * from {{ ref('int_months') }}

),

first_months as (

    select min(month) as first_month from months

),

retention_windows as (

    select max(window_months) as longest from {{ ref('retention_windows') }}

),

-- What was known when each month closed; a month that is still open is seen with what is known so far.
as_reported as (

    select
        {{ month_name('months.month') }} as knowledge_id,
        {{ month_name(add_months('months.month', -1)) }} as previous_knowledge_id,
        'as_reported' as basis,
        months.month as closing_month,
        least(months.closes_on, {{ known_until() }}) as known_until,
        first_months.first_month,
        {{ add_months('months.month', '-retention_windows.longest') }} as looks_back_to,
        months.month as last_month,
        months.month_end as map_date,
        months.month as counts_from
    from months
    cross join first_months
    cross join retention_windows

),

-- Before the first complete month there is no balance, and still a last month-end that accounts are seen at.
restated as (

    select
        'restated' as knowledge_id,
        cast(null as {{ dbt.type_string() }}) as previous_knowledge_id,
        'restated' as basis,
        cast(null as date) as closing_month,
        {{ known_until() }} as known_until,
        min(month) as first_month,
        min(month) as looks_back_to,
        max(month) as last_month,
        coalesce(
            max(month_end), {{ month_end(add_months(month_start(add_days(as_of_date(), 1)), -1)) }}
        ) as map_date,
        cast(null as date) as counts_from
    from months

),

-- The as-of date inside a month: whoever may be approached now is seen on that day, with everything known so far.
-- A month's worth of days ends on it, and balances are needed of that day alone.
running as (

    select
        'today' as knowledge_id,
        cast(null as {{ dbt.type_string() }}) as previous_knowledge_id,
        'today' as basis,
        month as closing_month,
        {{ known_until() }} as known_until,
        month as first_month,
        month as looks_back_to,
        month as last_month,
        month_end as map_date,
        {{ add_days(add_months('month_end', -1), 1) }} as counts_from
    from {{ ref('int_seen_months') }}
    where not is_complete

)

select * from as_reported
union all
select * from restated
union all
select * from running
