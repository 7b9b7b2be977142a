select * from {{ source('sealed', 'kpi_nrr_periods') }}
