with

current_rows as (

    select * from {{ ref('int_unsealed_renewals') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

sealed_rows as (

    select sealed.*
    from {{ ref('stg_sealed_kpi_renewals') }} as sealed
    inner join sealed_months on sealed.reading_month = sealed_months.month

),

sealed_readings as (

    select distinct month
    from sealed_rows

)

-- What a sealed close has read stands. A seal from before there were readings lacks them, and they are not read again.
select {{ prefixed('current_rows', contract_columns('kpi_renewals')) }}
from current_rows
left join sealed_readings on current_rows.month = sealed_readings.month and current_rows.basis = 'as_reported'
left join sealed_months on current_rows.reading_month = sealed_months.month
where sealed_readings.month is null and sealed_months.month is null
union all
select {{ prefixed('sealed_rows', contract_columns('kpi_renewals')) }}
from sealed_rows
