with

baskets as (

    select * from {{ ref('int_product_baskets') }}

),

{{ count_pairs('baskets', 'product_id') }}

select
    month,
    antecedent,
    consequent,
    n,
    n_antecedent,
    n_consequent,
    n_both
from counted_pairs
