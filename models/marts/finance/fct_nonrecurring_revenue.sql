with

amounts as (

    select * from {{ ref('int_nonrecurring_amounts') }}
    where knowledge_id = 'restated'

)

select
    account_id,
    product_id,
    month,
    cast(sum(case when charge_type = 'one_time' then amount else 0 end) as decimal(19, 3)) as one_time_amount,
    cast(sum(case when charge_type = 'usage' then amount else 0 end) as decimal(19, 3)) as usage_amount
from amounts
group by account_id, product_id, month
