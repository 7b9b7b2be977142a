select * from {{ source('sealed', 'outlooks') }}
