-- One row per subscription. `mrr_amount` is monthly also where billing is annual, so the price of
-- an annual line is twelve months of it. `end_date` is the first day without service: a line that
-- ends on the day it starts gets a last day before its first one, and the warehouse quarantines
-- it as `end_before_start` instead of losing it here.
select
    subscription_id as contract_line_id,
    subscription_id as contract_id,
    account_id,
    'RavenStack' as product_id,
    plan_tier as plan_id,
    'recurring' as charge_type,
    as_number(seats) as quantity,
    divided(
        times(mrr_amount, case billing_frequency when 'annual' then '12' else '1' end), seats
    ) as unit_price,
    case billing_frequency when 'monthly' then 'month' when 'annual' then 'year' else billing_frequency end
        as billing_unit,
    'USD' as currency,
    as_day(start_date) as starts_on,
    day_before(end_date) as ends_on,
    is_trial,
from source.subscriptions
order by contract_line_id
