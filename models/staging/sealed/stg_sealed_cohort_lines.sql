select * from {{ source('sealed', 'cohort_lines') }}
