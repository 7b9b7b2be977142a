select * from {{ source('sealed', 'account_map') }}
