with

drivers as (

    select * from {{ ref('int_driver_wins') }}
    where is_upsell_win

),

movements as (

    select * from {{ ref('int_account_movements') }}

),

change_days as (

    select * from {{ ref('int_last_contract_change_days') }}

)

-- The win of an account that opened with nothing is one of acquisition.
select
    drivers.knowledge_id,
    drivers.account_id,
    drivers.product_id,
    drivers.month,
    drivers.sales_motion,
    coalesce(max(change_days.changed_on), max(movements.month_end)) as won_on,
    max(movements.fiscal_year) as fiscal_year,
    max(movements.opening_at_rate) > 0 as was_paying,
    cast(sum(drivers.amount) as decimal(18, 2)) as win_mrr,
    cast(count(*) as integer) as win_events
from drivers
inner join movements
    on
        drivers.knowledge_id = movements.knowledge_id
        and drivers.account_id = movements.account_id
        and drivers.month = movements.month
left join change_days
    on
        drivers.knowledge_id = change_days.knowledge_id
        and drivers.account_id = change_days.account_id
        and drivers.month = change_days.month
group by drivers.knowledge_id, drivers.account_id, drivers.product_id, drivers.month, drivers.sales_motion
