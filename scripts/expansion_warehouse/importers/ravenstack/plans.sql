-- One row per plan. The source has no price list: the list price is what every paid line of the
-- plan charges per seat and month, and stays empty where lines disagree.
with prices_paid as (
    select distinct
        plan_tier,
        divided(mrr_amount, seats) as price_per_seat,
    from source.subscriptions
    where
        try_cast(as_number(mrr_amount) as decimal(22, 6)) > 0
        and try_cast(as_number(seats) as decimal(22, 6)) > 0
),

prices as (
    select
        plan_tier,
        case when count(*) = 1 then min(price_per_seat) end as list_price,
    from prices_paid
    group by plan_tier
),

plans_sold as (
    select distinct plan_tier
    from source.subscriptions
    where plan_tier is not null
)

select
    plans_sold.plan_tier as plan_id,
    'RavenStack' as product_id,
    plans_sold.plan_tier as plan_name,
    case plans_sold.plan_tier when 'Basic' then 1 when 'Pro' then 2 when 'Enterprise' then 3 end
        as tier_rank,
    prices.list_price as list_price_per_seat_month,
    'USD' as currency,
from plans_sold
left join prices on plans_sold.plan_tier = prices.plan_tier
order by plan_id
