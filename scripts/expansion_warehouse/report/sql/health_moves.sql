-- Accounts by their band at the last month-end and at the one before it.
with
last_month as (
    select max(month) as month from fct_health_scores
),
now as (
    select account_id, month, health_band
    from fct_health_scores
    where month = (select month from last_month)
),
before as (
    select account_id, health_band
    from fct_health_scores
    where month = (select month - interval 1 month from last_month)
)
select
    coalesce(before.health_band, 'not_there') as band_before,
    coalesce(now.health_band, 'not_there') as band_now,
    count(*) as accounts
from now
full join before on now.account_id = before.account_id
group by 1, 2
order by 1, 2
