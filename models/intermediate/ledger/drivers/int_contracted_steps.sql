with

driver_parts as (

    select * from {{ ref('int_driver_amounts') }}

)

-- A step counts as agreed on a day only where every gain in it has one.
select
    knowledge_id,
    account_id,
    product_id,
    month,
    cast(sum(amount) as decimal(18, 2)) as amount,
    cast(sum(amount_at_next_rate) as decimal(18, 2)) as amount_at_next_rate,
    max(case when amount > 0 or amount_at_next_rate > 0 then agreed_on end) as agreed_on
from driver_parts
where {{ is_contracted_step() }}
group by knowledge_id, account_id, product_id, month
having
    count(case when (amount > 0 or amount_at_next_rate > 0) and agreed_on is null then 1 end) = 0
    and max(case when amount > 0 or amount_at_next_rate > 0 then agreed_on end) is not null
