{%- set columns = contract_columns('kpi_nrr_periods') -%}
with

current_rows as (

    select * from {{ ref('int_unsealed_nrr_periods') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_kpi_nrr_periods') }}

),

recovered_rows as (

    select * from {{ ref('int_recovered_nrr_periods') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

periods as (

    select * from {{ ref('int_periods') }}

)

select {{ prefixed('current_rows', columns) }}
from current_rows
left join sealed_months
    on current_rows.last_month = sealed_months.month and current_rows.basis = 'as_reported'
where sealed_months.month is null
union all
-- A seal also has what its month showed of periods that have gone on since.
select {{ prefixed('sealed_rows', columns) }}
from sealed_rows
inner join sealed_months on sealed_rows.last_month = sealed_months.month
inner join periods
    on
        sealed_rows.period_type = periods.period_type
        and sealed_rows.period = periods.period
        and sealed_rows.last_month = periods.last_month
union all
select {{ prefixed('recovered_rows', columns) }}
from recovered_rows
