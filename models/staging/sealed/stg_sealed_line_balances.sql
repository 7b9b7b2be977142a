select * from {{ source('sealed', 'line_balances') }}
