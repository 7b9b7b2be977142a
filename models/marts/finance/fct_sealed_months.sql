with

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

seals as (

    select * from {{ ref('stg_sealed_months') }}

),

differences as (

    select * from {{ ref('int_seal_differences') }}

),

sealed_nrr as (

    select * from {{ ref('stg_sealed_kpi_nrr') }}
    where segment_type = 'all' and retention_window = '12m'

),

current_nrr as (

    select * from {{ ref('int_unsealed_nrr') }}
    where basis = 'as_reported' and segment_type = 'all' and retention_window = '12m'

),

sealed_bridge as (

    select * from {{ ref('stg_sealed_kpi_mrr_bridge') }}
    where segment_type = 'all'

),

current_bridge as (

    select * from {{ ref('int_unsealed_bridge') }}
    where basis = 'as_reported' and segment_type = 'all'

),

counted as (

    select
        month,
        sum(case when sealed_table = 'line_balances' then changed_rows else 0 end) as changed_lines,
        sum(case when sealed_table <> 'line_balances' then changed_rows else 0 end) as changed_rows
    from differences
    group by month

)

select
    sealed_months.month,
    cast(coalesce(sealed_bridge.closing_mrr, 0) as decimal(19, 3)) as sealed_closing_mrr,
    cast(coalesce(current_bridge.closing_mrr, 0) as decimal(19, 3)) as current_closing_mrr,
    sealed_nrr.nrr as sealed_nrr_12m,
    current_nrr.nrr as current_nrr_12m,
    cast(coalesce(counted.changed_lines, 0) as integer) as changed_lines,
    cast(coalesce(counted.changed_rows, 0) as integer) as changed_rows,
    {{ seal_difference_reason('counted') }} as reason,
    seals.sealed_on,
    seals.sealed_by,
    seals.close_note,
    seals.close_entry
from sealed_months
inner join seals on sealed_months.month = seals.month
left join sealed_bridge on sealed_months.month = sealed_bridge.month
left join current_bridge on sealed_months.month = current_bridge.month
left join sealed_nrr on sealed_months.month = sealed_nrr.month
left join current_nrr on sealed_months.month = current_nrr.month
left join counted on sealed_months.month = counted.month
