-- One row per recurring line and first day of a billed period, with the day after a whole one. An invoice that was
-- voided and written anew counts once; what only a voided one says, was still agreed.
select
    billed.*,
    line_of(billed.subscription_id, billed.entity_id, billed.is_plan) as line_id,
    coalesce(prices.period_unit, subscriptions.billing_period_unit) as period_unit,
    coalesce(prices.period, subscriptions.billing_period) as period,
    prices.pricing_model in ('flat_fee', 'per_unit') as is_linear,
    case when prices.pricing_model in ('flat_fee', 'per_unit') then prices.price end as list_price,
    try_cast(coalesce(prices.period, subscriptions.billing_period) as integer) as periods,
    case coalesce(prices.period_unit, subscriptions.billing_period_unit)
        when 'month' then add_months_to(billed.from_day, periods)
        when 'year' then add_months_to(billed.from_day, 12 * periods)
        when 'week' then cast(try_cast(billed.from_day as date) + 7 * periods as varchar)
        else cast(try_cast(billed.from_day as date) + periods as varchar)
    end as next_day
from step.billed_lines as billed
left join step.prices on billed.entity_id = prices.id
left join step.subscriptions on billed.subscription_id = subscriptions.id
where billed.charge_type = 'recurring' and billed.subscription_id is not null
qualify row_number() over (
    partition by line_id, from_day
    order by billed.is_void, as_moment(billed.date_from) desc, as_moment(billed.invoiced_at) desc, billed.id
) = 1
