-- One row per plan. The source has no price list: the list price is what every paid line of the
-- plan charges per seat and month, and stays empty where lines disagree.
with paid_lines as (
    select
        plan_tier,
        cast(cast(mrr_amount as decimal(22, 6)) / cast(seats as integer) as decimal(22, 6))
            as price_per_seat,
    from source.subscriptions
    where cast(mrr_amount as decimal(22, 6)) > 0 and cast(seats as integer) > 0
),

prices as (
    select
        plan_tier,
        case when min(price_per_seat) = max(price_per_seat) then min(price_per_seat) end
            as list_price,
    from paid_lines
    group by plan_tier
),

plans_sold as (
    select distinct plan_tier
    from source.subscriptions
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
