select * from {{ source('sealed', 'kpi_cohort_retention') }}
