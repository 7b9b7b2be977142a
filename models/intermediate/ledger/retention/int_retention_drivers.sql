with

retention as (

    select * from {{ ref('int_account_retention') }}

),

-- Both ends of a window are at one rate, so a new rate moves nothing.
driver_amounts as (

    select * from {{ ref('int_driver_amounts') }}
    where driver <> 'fx'

),

months as (

    select * from {{ ref('int_months') }}

),

changes as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        driver,
        sum(amount) as amount,
        sum(amount_at_next_rate) as amount_at_next_rate
    from driver_amounts
    group by knowledge_id, account_id, product_id, month, driver

)

select
    retention.knowledge_id,
    retention.account_id,
    retention.retention_window,
    retention.month,
    changes.product_id,
    changes.driver,
    cast(sum(
        case when months.fiscal_year = retention.fiscal_year then changes.amount else changes.amount_at_next_rate end
    ) as decimal(18, 2)) as amount
from retention
inner join changes
    on
        retention.knowledge_id = changes.knowledge_id
        and retention.account_id = changes.account_id
        and retention.opening_month < changes.month
        and retention.month >= changes.month
inner join months on changes.month = months.month
group by
    retention.knowledge_id,
    retention.account_id,
    retention.retention_window,
    retention.month,
    changes.product_id,
    changes.driver
