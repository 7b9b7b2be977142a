select * from {{ source('sealed', 'fct_account_retention') }}
