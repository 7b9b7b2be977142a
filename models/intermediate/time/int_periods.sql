with

months as (

    select
        *,
        {{ months_between(fiscal_year_start('month'), 'month') }} as months_before
    from {{ ref('int_months') }}

),

period_types as (

    select * from {{ ref('period_types') }}

),

placed as (

    select
        period_types.period_type,
        {{ add_months('months.month', '-(months.months_before % period_types.period_months)') }} as period,
        period_types.period_months,
        months.fiscal_year,
        months.month,
        'FY' || cast(months.fiscal_year as {{ dbt.type_string() }}) || coalesce(
            ' ' || period_types.label_letter || cast(
                cast({{ integer_quotient('months.months_before', 'period_types.period_months') }} as integer) + 1
                as {{ dbt.type_string() }}
            ),
            ''
        ) as period_label,
        months.is_closed
        and months.months_before % period_types.period_months = period_types.period_months - 1 as closes_period
    from months
    cross join period_types

)

select
    period_type,
    period,
    cast(fiscal_year as integer) as fiscal_year,
    period_label,
    cast(period_months as integer) as period_months,
    min(month) as first_month,
    max(month) as last_month,
    cast(count(*) as integer) as months_present,
    count(*) < period_months as is_partial,
    max(case when closes_period then 1 else 0 end) = 1 as is_closed
from placed
group by period_type, period, fiscal_year, period_label, period_months
