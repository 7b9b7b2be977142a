select * from {{ source('reading', 'reference_ids') }}
