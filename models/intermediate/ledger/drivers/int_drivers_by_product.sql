with

driver_parts as (

    select * from {{ ref('int_driver_amounts') }}

)

-- One gain that nobody dated leaves a driver without a day: it may have been agreed on any.
select
    knowledge_id,
    account_id,
    product_id,
    month,
    driver,
    cast(sum(amount) as decimal(18, 2)) as amount,
    cast(sum(amount_at_next_rate) as decimal(18, 2)) as amount_at_next_rate,
    case
        when count(case when amount > 0 and agreed_on is null then 1 end) = 0
            then max(case when amount > 0 then agreed_on end)
    end as agreed_on
from driver_parts
group by knowledge_id, account_id, product_id, month, driver
having sum(amount) <> 0 or sum(amount_at_next_rate) <> 0
