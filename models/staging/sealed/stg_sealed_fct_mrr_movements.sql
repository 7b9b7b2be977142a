select * from {{ source('sealed', 'fct_mrr_movements') }}
