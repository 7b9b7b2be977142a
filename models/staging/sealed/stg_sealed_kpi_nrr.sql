select * from {{ source('sealed', 'kpi_nrr') }}
