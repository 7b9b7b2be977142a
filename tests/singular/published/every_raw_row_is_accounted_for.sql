-- Invariant 11: rows and money of every raw table = modelled + excluded + quarantined, and the quarantine lists them.
{%- set tables = reconciled_tables() %}
with

counted as (

    {% for table in warehouse_sources('raw') -%}
    select
        '{{ table.name }}' as raw_table,
        count(*) as row_count,
        sum(cast({{ tables[table.name].amount or 'null' }} as decimal(28, 6))) as amount
    from {{ table.relation_name }}
    union all
    {% endfor -%}
    select
        'none' as raw_table,
        0 as row_count,
        null as amount

),

reconciled as (

    select
        raw_table,
        sum(row_count) as row_count,
        sum(amount) as amount,
        sum(case when outcome = 'quarantined' then row_count else 0 end) as quarantined
    from {{ ref('fct_source_reconciliation') }}
    group by raw_table

),

quarantine as (

    select
        raw_table,
        count(*) as row_count
    from {{ ref('dq_quarantine') }}
    group by raw_table

)

select
    counted.raw_table,
    counted.row_count,
    reconciled.row_count as reconciled_rows,
    counted.amount,
    reconciled.amount as reconciled_amount
from counted
left join reconciled on counted.raw_table = reconciled.raw_table
left join quarantine on counted.raw_table = quarantine.raw_table
where
    counted.row_count <> coalesce(reconciled.row_count, 0)
    or coalesce(counted.amount, 0) <> coalesce(reconciled.amount, 0)
    or coalesce(reconciled.quarantined, 0) <> coalesce(quarantine.row_count, 0)
