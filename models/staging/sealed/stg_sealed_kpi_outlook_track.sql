select * from {{ source('sealed', 'kpi_outlook_track') }}
