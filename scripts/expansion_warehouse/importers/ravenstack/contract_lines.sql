-- One row per subscription. `mrr_amount` is monthly also where billing is annual, so the price of
-- an annual line is twelve months of it. `end_date` is the first day without service: a line that
-- ends on the day it starts gets a last day before its first one, and the warehouse quarantines
-- it as `end_before_start` instead of losing it here.
with lines as (
    select
        subscription_id,
        account_id,
        plan_tier,
        cast(seats as integer) as seats,
        cast(mrr_amount as decimal(22, 6)) as mrr,
        case billing_frequency when 'monthly' then 'month' when 'annual' then 'year' end
            as billing_unit,
        case billing_frequency when 'monthly' then 1 when 'annual' then 12 end as months_per_period,
        cast(start_date as date) as starts_on,
        cast(end_date as date) as first_day_without,
        cast(is_trial as boolean) as is_trial,
    from source.subscriptions
)

select
    subscription_id as contract_line_id,
    subscription_id as contract_id,
    account_id,
    'RavenStack' as product_id,
    plan_tier as plan_id,
    'recurring' as charge_type,
    cast(seats as decimal(22, 6)) as quantity,
    cast(cast(mrr * months_per_period / nullif(seats, 0) as decimal(22, 6)) as decimal(28, 12)) as unit_price,
    billing_unit,
    'USD' as currency,
    starts_on,
    first_day_without - 1 as ends_on,
    is_trial,
from lines
order by contract_line_id
