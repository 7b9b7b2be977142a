with

drivers as (

    select * from {{ ref('int_drivers_by_product') }}
    where amount <> 0

),

sales_motions as (

    select * from {{ ref('driver_sales_motions') }}

),

months as (

    select * from {{ ref('int_months') }}

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
