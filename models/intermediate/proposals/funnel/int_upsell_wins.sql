with

drivers as (

    select * from {{ ref('int_driver_wins') }}
    where knowledge_id = 'restated' and is_upsell_win

),

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'

),

change_days as (

    select * from {{ ref('int_last_contract_change_days') }}

)

-- The win of an account that opened with nothing is one of acquisition.
select
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
inner join movements on drivers.account_id = movements.account_id and drivers.month = movements.month
left join change_days on drivers.account_id = change_days.account_id and drivers.month = change_days.month
group by drivers.account_id, drivers.product_id, drivers.month, drivers.sales_motion
