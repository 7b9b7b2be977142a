with

months as (

    select * from {{ ref('int_seen_months') }}

),

changes as (

    select * from {{ ref('int_rate_changes') }}
    where month = rates_from

),

counted as (

    select
        months.month,
        months.fiscal_year,
        {{ add_months(fiscal_year_start('months.month'), 12) }} as next_year_from,
        count(case when changes.month <= months.month then 1 end) as changes_before,
        max(case when changes.month <= months.month then changes.month end) as last_change,
        min(case when changes.month > months.month then changes.month end) as next_change
    from months
    left join changes on true
    group by months.month, months.fiscal_year

)

-- Numbered without a gap, so that two months say how many times the rates changed between them.
select
    month,
    cast(fiscal_year + changes_before as integer) as rate_period,
    month in ({{ fiscal_year_start('month') }}, coalesce(last_change, {{ fiscal_year_start('month') }}))
        as opens_rate_period,
    least(next_year_from, coalesce(next_change, next_year_from)) as next_rates_from,
    case
        when next_change < {{ add_months('next_year_from', 12) }} then greatest(next_year_from, next_change)
        else {{ add_months('next_year_from', 12) }}
    end as later_rates_from
from counted
