with

driver_amounts as (

    select * from {{ ref('int_driver_amounts') }}

),

sales_motions as (

    select * from {{ ref('driver_sales_motions') }}

),

months as (

    select * from {{ ref('int_months') }}

),

-- One gain that nobody dated leaves a driver without a day: it may have been agreed on any.
drivers as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        driver,
        cast(sum(amount) as decimal(18, 2)) as amount,
        case
            when count(case when amount > 0 and agreed_on is null then 1 end) = 0
                then max(case when amount > 0 then agreed_on end)
        end as agreed_on
    from driver_amounts
    group by knowledge_id, account_id, product_id, month, driver
    having sum(amount) <> 0

),

moved as (

    select
        drivers.*,
        sales_motions.sales_motion,
        coalesce(
            drivers.amount > 0 and drivers.agreed_on <= {{ add_days('months.month', -1) }}, false
        ) as is_pre_contracted,
        sum(case when sales_motions.sales_motion in ('upsell', 'downsell') then drivers.amount else 0 end) over (
            partition by drivers.knowledge_id, drivers.account_id, drivers.product_id, drivers.month
        ) as product_gain
    from drivers
    inner join months on drivers.month = months.month
    left join sales_motions
        on drivers.driver = sales_motions.driver and (drivers.amount > 0) = sales_motions.is_gain

)

-- More seats at a lower price are only a win where the product as a whole grew.
select
    knowledge_id,
    account_id,
    product_id,
    month,
    driver,
    sales_motion,
    amount,
    is_pre_contracted,
    coalesce(
        not is_pre_contracted and (
            sales_motion = 'cross_sell' or (sales_motion = 'upsell' and product_gain > 0)
        ), false
    ) as is_upsell_win
from moved
