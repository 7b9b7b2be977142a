-- Invariant 6: no product of an account has a negative balance, and no ratio is anything but a number.
select
    account_id as found_in,
    month
from {{ ref('fct_mrr') }}
where mrr < 0 or gross_mrr < mrr or arr < 0

union all

select
    segment as found_in,
    month
from {{ ref('kpi_nrr') }}
where
    cast(nrr as {{ dbt.type_string() }}) in ('inf', '-inf', 'nan', 'Infinity', '-Infinity', 'NaN')
    or cast(grr as {{ dbt.type_string() }}) in ('inf', '-inf', 'nan', 'Infinity', '-Infinity', 'NaN')

union all

select
    segment as found_in,
    month
from {{ ref('kpi_mrr_bridge') }}
where cast(quick_ratio as {{ dbt.type_string() }}) in ('inf', '-inf', 'nan', 'Infinity', '-Infinity', 'NaN')
