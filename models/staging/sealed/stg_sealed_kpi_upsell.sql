select * from {{ source('sealed', 'kpi_upsell') }}
