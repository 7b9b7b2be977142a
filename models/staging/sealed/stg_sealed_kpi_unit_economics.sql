select * from {{ source('sealed', 'kpi_unit_economics') }}
