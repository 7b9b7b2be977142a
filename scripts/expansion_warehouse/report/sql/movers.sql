-- The largest movements of each of the last thirteen months, with the driver that moved most.
with
drivers as (
    select account_id, month, basis, driver, sum(amount) as amount
    from fct_mrr_drivers
    group by account_id, month, basis, driver
),
largest as (
    select account_id, month, basis, driver
    from drivers
    qualify row_number() over (
        partition by account_id, month, basis order by abs(amount) desc, driver
    ) = 1
),
moved as (
    select
        movements.*,
        row_number() over (
            partition by movements.month, movements.basis
            order by abs(movements.closing_mrr - movements.opening_mrr) desc, movements.account_id
        ) as place
    from fct_mrr_movements as movements
    where
        movements.closing_mrr <> movements.opening_mrr
        and movements.month > (select max(month) - interval 13 month from fct_mrr_movements)
)
select
    moved.month, moved.basis, moved.place, moved.account_id, accounts.account_name,
    moved.movement, largest.driver, moved.opening_mrr, moved.closing_mrr,
    moved.closing_mrr - moved.opening_mrr as change_mrr
from moved
left join largest
    on
        moved.account_id = largest.account_id
        and moved.month = largest.month
        and moved.basis = largest.basis
left join dim_accounts as accounts on moved.account_id = accounts.account_id
where moved.place <= 100
order by moved.month desc, moved.basis, moved.place
