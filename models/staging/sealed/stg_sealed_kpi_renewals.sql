select * from {{ source('sealed', 'kpi_renewals') }}
