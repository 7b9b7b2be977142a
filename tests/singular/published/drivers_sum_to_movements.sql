-- Invariant 4: the drivers of an account-month sum to its net movement and its currency effect.
with

drivers as (

    select
        account_id,
        month,
        basis,
        sum(amount) as amount
    from {{ ref('fct_mrr_drivers') }}
    group by account_id, month, basis

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}

)

select
    movements.account_id,
    movements.month,
    movements.closing_mrr - movements.opening_mrr as moved,
    drivers.amount
from movements
left join drivers
    on
        movements.account_id = drivers.account_id
        and movements.month = drivers.month
        and movements.basis = drivers.basis
where movements.closing_mrr - movements.opening_mrr <> coalesce(drivers.amount, 0)
