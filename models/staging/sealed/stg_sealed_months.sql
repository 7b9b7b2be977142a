select * from {{ source('sealed', 'months') }}
