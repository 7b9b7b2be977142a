with

periods as (

    select
        *,
        {{ months_between('period', 'last_month') }} + 1 as months_so_far
    from {{ ref('int_periods') }}

)

-- From the month-end before a period to that of its last month that is complete.
select
    period_type,
    period,
    period_label,
    'period' as retention_window,
    cast(months_so_far as {{ dbt.type_string() }}) || 'm' as cohort_window,
    cast(months_so_far as integer) as window_months,
    {{ add_months('period', -1) }} as opening_month,
    last_month,
    is_partial,
    is_closed
from periods
union all
select
    period_type,
    period,
    period_label,
    '12m' as retention_window,
    '12m' as cohort_window,
    12 as window_months,
    {{ add_months('last_month', -12) }} as opening_month,
    last_month,
    is_partial,
    is_closed
from periods
