with

amounts as (

    select * from {{ ref('int_nonrecurring_amounts') }}
    where knowledge_id = 'restated'

)

select
    account_id,
    product_id,
    month,
    cast(sum(case when charge_type = 'one_time' then amount else 0 end) as decimal(18, 2)) as one_time_amount,
    cast(sum(case when charge_type = 'usage' then amount else 0 end) as decimal(18, 2)) as usage_amount
from amounts
group by account_id, product_id, month
