-- A window that ends under other rates values the drivers of a month at them: they still sum to the movement.
with

drivers as (

    select
        knowledge_id,
        account_id,
        month,
        sum(amount_at_next_rate) as at_next_rate,
        sum(amount_at_later_rate) as at_later_rate
    from {{ ref('int_driver_amounts') }}
    where driver <> 'fx'
    group by knowledge_id, account_id, month

),

movements as (

    select * from {{ ref('int_account_movements') }}

),

month_ends as (

    select * from {{ ref('int_month_ends') }}
    where is_closing

)

select
    movements.knowledge_id,
    movements.account_id,
    movements.month,
    movements.delta_at_next_rate,
    drivers.at_next_rate,
    movements.delta_at_later_rate,
    drivers.at_later_rate
from movements
inner join month_ends on movements.knowledge_id = month_ends.knowledge_id and movements.month = month_ends.month
left join drivers
    on
        movements.knowledge_id = drivers.knowledge_id
        and movements.account_id = drivers.account_id
        and movements.month = drivers.month
where
    movements.delta_at_next_rate <> coalesce(drivers.at_next_rate, 0)
    or movements.delta_at_later_rate <> coalesce(drivers.at_later_rate, 0)
