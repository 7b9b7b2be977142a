select * from {{ source('sealed', 'account_segments') }}
