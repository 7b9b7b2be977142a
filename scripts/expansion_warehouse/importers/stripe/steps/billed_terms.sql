-- One row per item and day on which a billed period begins: the terms of the last such line of the day.
select distinct on (billed.subscription_item_id, billed.start_day)
    billed.subscription_item_id as id,
    billed.start_day as day,
    coalesce(billed.price_id, lives.price_id) as price_id,
    coalesce(billed.quantity, '1') as quantity,
    billed.currency,
    billed.product_id,
    billed.amount,
    billed.period_start,
    billed.period_end,
    coalesce(billed.proration, 'false') = 'true' as is_part,
    coalesce(
        try_cast(billed.amount as decimal(38, 6)) = 0 and billed.period_start < lives.trial_end, false
    ) as is_trial,
    billed.period_start as moment,
    1 as rank,
from step.billed_lines as billed
inner join step.lives on billed.subscription_item_id = lives.id
left join step.prices on coalesce(billed.price_id, lives.price_id) = prices.id
where billed.is_credit = 'false' and not coalesce(prices.is_metered, false)
order by
    billed.subscription_item_id asc,
    billed.start_day asc,
    billed.period_start desc,
    coalesce(billed.proration, 'false') asc,
    try_cast(billed.amount as decimal(38, 6)) desc,
    billed.id asc
