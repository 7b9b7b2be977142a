select * from {{ source('sealed', 'kpi_mrr_bridge') }}
