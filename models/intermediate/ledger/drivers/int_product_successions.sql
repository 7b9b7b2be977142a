with

changes as (

    select * from {{ ref('int_product_deltas') }}
    where part = 'held'

),

products as (

    select * from {{ ref('int_products') }}

),

leaving as (

    select
        changes.*,
        products.successor_product_id
    from changes
    inner join products on changes.product_id = products.product_id
    where changes.opening_at_rate > 0 and not changes.is_in_force

),

coming as (

    select * from changes
    where product_opening = 0 and closing_mrr > 0 and not was_resting

),

successions as (

    select
        leaving.knowledge_id,
        leaving.account_id,
        leaving.month,
        leaving.product_id as old_product_id,
        coming.product_id as new_product_id
    from leaving
    inner join coming
        on
            leaving.knowledge_id = coming.knowledge_id
            and leaving.account_id = coming.account_id
            and leaving.month = coming.month
            and leaving.successor_product_id = coming.product_id

)

-- Several products may have the same successor, which then stands here once.
select
    knowledge_id,
    account_id,
    old_product_id as product_id,
    month,
    new_product_id as shown_product_id
from successions
union distinct
select
    knowledge_id,
    account_id,
    new_product_id as product_id,
    month,
    new_product_id as shown_product_id
from successions
