with

product_limits as (

    select * from {{ ref('int_product_limits') }}

)

select
    month,
    account_id,
    cast(sum(storage_gb_limit) as decimal(18, 4)) as storage_gb_limit,
    cast(sum(api_call_limit) as decimal(18, 4)) as api_call_limit
from product_limits
group by month, account_id
